import { expect, it } from 'vitest'
import { isSilent, roleOf } from '../../src/core/reading.ts'
import { isSeen, NEVER_SEEN, observe, stalenessOf } from '../../src/core/sight.ts'
import { at, channel, lagging, member, node, primary, seen, sight, unseen } from './builders.ts'

it('remembers the last good reading when sight is lost', () => {
  const lost = sight(lagging(2, 10), unseen(11))
  expect(lost).toEqual({
    reading: unseen(11),
    seenAt: at(10),
    writable: false,
    cluster: null,
    startedAt: null,
    lag: { seconds: 2, at: at(10) },
  })
})

it('remembers the last lag when the server no longer knows it', () => {
  const stopped = sight(lagging(2, 10), seen(11, { channels: [channel({ sql: 'stopped', lag: null })] }))
  expect(stopped.seenAt).toBe(at(11))
  expect(stopped.lag).toEqual({ seconds: 2, at: at(10) })
})

it('remembers whether the server was writable', () => {
  expect(sight(primary(1), unseen(2)).writable).toBe(true)
  expect(sight(primary(1), seen(2)).writable).toBe(false)
})

it('does not go back to an older reading, nor take the same one twice', () => {
  const known = sight(lagging(2, 10))
  expect(observe(known, lagging(9, 9))).toBe(known)
  expect(observe(known, lagging(9, 10))).toBe(known)
})

it('sees only while the reading is good and young', () => {
  expect(isSeen(NEVER_SEEN, 3, at(0))).toBe(false)
  expect(isSeen(sight(lagging(0, 1)), 3, at(4))).toBe(true)
  expect(isSeen(sight(lagging(0, 1)), 3, at(4.001))).toBe(false)
  expect(isSeen(sight(unseen(1)), 3, at(1))).toBe(false)
})

it('bounds the age of the data by the last lag and the time since', () => {
  expect(stalenessOf(NEVER_SEEN, at(5))).toBeNull()
  expect(stalenessOf(sight(lagging(2, 10), unseen(12)), at(15))).toBe(7)
  expect(stalenessOf(sight(lagging(2, 10)), at(9))).toBe(2)
})

it('takes the data of a synced Galera node for current, and keeps the moment', () => {
  expect(sight(node(5))).toMatchObject({
    writable: true,
    cluster: 'cluster-a',
    lag: { seconds: 0, at: at(5) },
  })
  expect(sight(node(5), node(6, { localState: 2 }))).toMatchObject({ writable: false, lag: { at: at(5) } })
  expect(sight(seen(5, { galera: node(5).galera })).writable).toBe(false)
})

it('knows when a Galera node was started, also while it is out of sight', () => {
  expect(sight(node(5, { uptime: 3 }), unseen(6)).startedAt).toBe(at(2))
})

it('takes the data of an online group member for current, and writes to its primary only', () => {
  expect(sight(member(5, 'm1'))).toMatchObject({ writable: true, cluster: null, lag: { seconds: 0 } })
  expect(sight(member(5, 'm2'))).toMatchObject({ writable: false, cluster: null, lag: { seconds: 0 } })
  expect(sight(member(5, 'm2', undefined, { applierQueue: 1 })).lag).toBeNull()
  expect(sight({ ...member(5, 'm2'), writable: true }).writable).toBe(false)
})

it.each`
  cause                     | silent
  ${'timeout'}              | ${true}
  ${'refused'}              | ${true}
  ${'unreachable'}          | ${true}
  ${'lost'}                 | ${true}
  ${'auth'}                 | ${false}
  ${'grant'}                | ${false}
  ${'too_many_connections'} | ${false}
  ${'unexpected'}           | ${false}
`('$cause means that nobody answers: $silent', ({ cause, silent }) => {
  expect(isSilent(unseen(1, cause))).toBe(silent)
})

it('is not silent when it was seen', () => {
  expect(isSilent(seen(1))).toBe(false)
})

it('knows the role by replication first, then by writability', () => {
  expect(roleOf(seen(1))).toBe('replica')
  expect(roleOf(seen(1, { writable: true }))).toBe('replica')
  expect(roleOf(primary(1))).toBe('primary')
  expect(roleOf(seen(1, { channels: [] }))).toBe('detached')
  expect(roleOf(node(1))).toBe('galera')
  expect(roleOf(member(1, 'm1'))).toBe('group member')
})
