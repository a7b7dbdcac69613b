import { expect, it } from 'vitest'
import { takeSnapshot } from '../../src/core/snapshot.ts'
import { down, isSameVerdict, isTransition, standingOf, up } from '../../src/core/verdict.ts'
import { fleet, instant, lagging, primary, readers, unseen } from './builders.ts'

const POOL = readers(['db1', 'db2', 'db3'])

it('shows each member with what is known of its server', () => {
  const world = fleet(POOL)
  world.advance(1, { db1: primary(0.9), db2: lagging(2, 0.8), db3: unseen(0.5, 'refused') })
  const snapshot = takeSnapshot(world.state(), [POOL], instant(1))
  expect(snapshot.views.get('ro/db1')).toMatchObject({ role: 'primary', lag: null, awaited: false })
  expect(snapshot.views.get('ro/db2')).toEqual({
    pool: 'ro',
    server: 'db2',
    verdict: up(100, 'ok', 'lag 2.0s'),
    since: instant(1).wall,
    awaited: false,
    role: 'replica',
    lag: 2,
    staleness: expect.closeTo(2.2),
    failure: null,
    readingAge: expect.closeTo(0.2),
  })
  expect(snapshot.views.get('ro/db3')).toMatchObject({
    role: null,
    lag: null,
    staleness: null,
    failure: 'refused',
    readingAge: 0.5,
  })
  expect(snapshot.pools.map(({ pool, members }) => [pool.name, members.length])).toEqual([['ro', 3]])
  expect(snapshot.pools[0]?.members[1]).toBe(snapshot.views.get('ro/db2'))
  expect(snapshot.at).toEqual(instant(1))
})

it('knows nothing of what was never read', () => {
  const snapshot = takeSnapshot(fleet(POOL).state(), [POOL], instant(1))
  expect(snapshot.views.get('ro/db1')).toEqual({
    pool: 'ro',
    server: 'db1',
    verdict: null,
    since: null,
    awaited: true,
    role: null,
    lag: null,
    staleness: null,
    failure: null,
    readingAge: null,
  })
})

it('bounds the age of the data of a server that is out of sight', () => {
  const world = fleet(POOL)
  world.advance(1, { db1: primary(1), db2: lagging(2, 1), db3: lagging(0, 1) })
  world.advance(1.5, { db2: unseen(1.5, 'timeout', 'no answer') })
  const view = takeSnapshot(world.state(), [POOL], instant(2)).views.get('ro/db2')
  expect(view).toMatchObject({ role: null, lag: null, staleness: 3, failure: 'no answer' })
})

it('marks verdicts from before a pause as awaited, and shows them all the same', () => {
  const world = fleet(POOL)
  world.advance(1, { db1: primary(1), db2: lagging(2, 1), db3: lagging(2, 1) })
  world.advance(9)
  const view = takeSnapshot(world.state(), [POOL], instant(9)).views.get('ro/db2')
  expect(view).toMatchObject({ awaited: true, verdict: up(100, 'ok', 'lag 2.0s') })
})

it('never shows a negative age', () => {
  const world = fleet(POOL)
  world.advance(1, { db1: lagging(0, 1), db2: lagging(0, 1), db3: lagging(0, 1) })
  expect(takeSnapshot(world.state(), [POOL], instant(0.5)).views.get('ro/db1')?.readingAge).toBe(0)
})

it.each([
  [up(100, 'ok', ''), 'in'],
  [up(1, 'ramp', ''), 'in'],
  [up(0, 'lag', ''), 'soft_out'],
  [down('unreachable', ''), 'hard_out'],
])('sums up %j as %s', (verdict, standing) => {
  expect(standingOf(verdict)).toBe(standing)
})

it.each([
  ['the first', null, up(100, 'ok', 'a'), true],
  ['another text', up(100, 'ok', 'a'), up(100, 'ok', 'b'), false],
  ['another weight', up(50, 'ramp', 'a'), up(60, 'ramp', 'a'), false],
  ['another kind of reason', up(100, 'ok', 'a'), up(100, 'floor', 'a'), true],
  ['another standing', up(0, 'writer', 'a'), up(20, 'writer', 'a'), true],
])('%s: worth telling', (_what, from, to, isOne) => {
  expect(isTransition(from, to)).toBe(isOne)
})

it.each([
  [up(100, 'ok', 'a'), up(100, 'ok', 'a'), true],
  [up(100, 'ok', 'a'), up(90, 'ok', 'a'), false],
  [up(100, 'ok', 'a'), up(100, 'ramp', 'a'), false],
  [up(100, 'ok', 'a'), up(100, 'ok', 'b'), false],
  [up(0, 'unreachable', 'a'), down('unreachable', 'a'), false],
])('%j looks like %j: %s', (a, b, same) => {
  expect(isSameVerdict(a, b)).toBe(same)
})
