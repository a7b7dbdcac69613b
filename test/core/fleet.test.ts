import { describe, expect, it } from 'vitest'
import { createFleet, step } from '../../src/core/fleet.ts'
import type { Reading } from '../../src/core/reading.ts'
import { at, fleet, instant, lagging, primary, readers, seen, unseen, writers } from './builders.ts'

describe('a lagging replica', () => {
  it('leaves after fall readings, returns after rise, and climbs', () => {
    const world = fleet(readers(['db1', 'db2'], { fall: 2, rise: 2, ramp: 2 }))
    const read = (seconds: number, lag: number) =>
      world.advance(seconds, { db1: lagging(lag, seconds), db2: lagging(0, seconds) })
    const story = [
      [0.5, 0, 'up 100% ok: lag 0.0s'],
      [1.0, 11, 'up 100% ok: lag 11.0s over 10s, 1 of 2 bad readings'],
      [1.5, 12, 'up 0% lag: lag 12.0s over 10s'],
      [2.0, 7, 'up 0% lag: lag 7.0s over 5s'],
      [2.5, 5, 'up 0% rising: lag 5.0s, 1 of 2 good readings'],
      [3.0, 1, 'up 10% ramp: lag 1.0s, ramping'],
      [4.0, 1, 'up 50% ramp: lag 1.0s, ramping'],
      [5.0, 0, 'up 100% ok: lag 0.0s'],
    ] as const
    for (const [seconds, lag, says] of story) {
      read(seconds, lag)
      expect(world.says('ro/db1')).toBe(says)
      expect(world.says('ro/db2')).toBe('up 100% ok: lag 0.0s')
    }
  })

  it('that the floor kept in needs no ramp when it is fit again', () => {
    const world = fleet(readers(['db1'], { minServers: 1, rise: 2, ramp: 20 }))
    world.advance(0.5, { db1: lagging(0, 0.5) })
    world.advance(1, { db1: lagging(20, 1) })
    expect(world.verdict('ro/db1')).toMatchObject({ weightPercent: 100, reason: { code: 'floor' } })
    world.advance(1.5, { db1: lagging(0, 1.5) })
    expect(world.verdict('ro/db1')).toMatchObject({ weightPercent: 100, reason: { code: 'floor' } })
    world.advance(2, { db1: lagging(0, 2) })
    expect(world.says('ro/db1')).toBe('up 100% ok: lag 0.0s')
  })

  it('that the floor keeps is not exchanged for one that lags alike', () => {
    const world = fleet(readers(['db1', 'db2'], { minServers: 1 }))
    world.advance(0.5, { db1: lagging(20, 0.5), db2: lagging(21, 0.5) })
    world.advance(1, { db1: lagging(22, 1), db2: lagging(21, 1) })
    expect(world.verdict('ro/db1')?.reason.code).toBe('floor')
    expect(world.verdict('ro/db2')?.reason.code).toBe('lag')
  })
})

describe('transitions', () => {
  it('tell the first verdict, and from where to where each change went', () => {
    const world = fleet(readers(['db1']))
    const [first] = world.advance(0.5, { db1: lagging(0, 0.5) }).transitions
    expect(first).toEqual({
      pool: 'ro',
      server: 'db1',
      from: null,
      to: { state: 'up', weightPercent: 100, reason: { code: 'ok', text: 'lag 0.0s' } },
      at: instant(0.5).wall,
    })
    const [second] = world.advance(1, { db1: lagging(11, 1) }).transitions
    expect(second?.from).toEqual(first?.to)
    expect(second?.to.reason.code).toBe('lag')
  })

  it('are not made by the same inputs twice', () => {
    const world = fleet(readers(['db1']))
    world.advance(0.5, { db1: lagging(0, 0.5) })
    expect(world.advance(0.5).transitions).toEqual([])
  })

  it('are not made by a lag that moves within the limits, nor by a climbing ramp', () => {
    const world = fleet(readers(['db1'], { ramp: 10 }))
    world.advance(0.5, { db1: lagging(20, 0.5) })
    expect(world.advance(1, { db1: lagging(1, 1) }).transitions).toHaveLength(1)
    expect(world.advance(2, { db1: lagging(2, 2) }).transitions).toEqual([])
    expect(world.advance(2.9, { db1: lagging(3, 2.9) }).transitions).toEqual([])
    expect(world.verdict('ro/db1')?.weightPercent).toBe(20)
  })

  it('date the standing, and text alone does not make it younger', () => {
    const world = fleet(readers(['db1']))
    world.advance(0.5, { db1: lagging(0, 0.5) })
    world.advance(1, { db1: lagging(1, 1) })
    expect(world.state().members.get('ro/db1')?.since).toBe(instant(0.5).wall)
    world.advance(1.5, { db1: lagging(11, 1.5) })
    expect(world.state().members.get('ro/db1')?.since).toBe(instant(1.5).wall)
  })
})

describe('a pool that is not all read yet', () => {
  it('is not decided', () => {
    const world = fleet(readers(['db1', 'db2']))
    world.advance(0.5, { db1: lagging(0, 0.5) })
    expect(world.says('ro/db1')).toBeNull()
    world.advance(0.6, { db2: unseen(0.5) })
    expect(world.says('ro/db1')).toBe('up 100% ok: lag 0.0s')
    expect(world.says('ro/db2')).toBe('down 0% unreachable: timeout')
  })

  it('waits no longer than max_age', () => {
    const world = fleet(readers(['db1', 'db2'], { maxAge: 1 }))
    world.advance(0.9, { db1: lagging(0, 0.5) })
    world.advance(1, { db1: lagging(0, 1) })
    expect(world.says('ro/db1')).toBeNull()
    world.advance(1.1)
    expect(world.says('ro/db1')).toBe('up 100% ok: lag 0.0s')
    expect(world.says('ro/db2')).toBe('down 0% stale: no reading yet')
  })

  it('does not hold up the other pools', () => {
    const world = fleet(readers(['db1', 'db2']), writers(['db2']))
    world.advance(0.5, { db2: primary(0.5) })
    expect(world.says('ro/db2')).toBeNull()
    expect(world.says('rw/db2')).toBe('up 100% ok: the writer')
  })
})

describe('a daemon that did not run for a while', () => {
  const start = () => {
    const world = fleet(readers(['db1', 'db2']))
    world.advance(0.5, { db1: lagging(0, 0.5), db2: lagging(0, 0.5) })
    return world
  }

  it('holds all verdicts until each server has been read anew', () => {
    const world = start()
    expect(world.advance(11, { db1: unseen(1) }).transitions).toEqual([])
    expect(world.says('ro/db1')).toBe('up 100% ok: lag 0.0s')
    world.advance(11.1, { db1: lagging(20, 11.05) })
    expect(world.says('ro/db1')).toBe('up 100% ok: lag 0.0s')
    world.advance(11.2, { db2: lagging(0, 11.05) })
    expect(world.says('ro/db1')).toBe('up 0% lag: lag 20.0s over 10s')
  })

  it('does not hold them for ever', () => {
    const world = start()
    world.advance(11)
    for (const seconds of [12, 13, 14]) world.advance(seconds)
    expect(world.says('ro/db1')).toBe('up 100% ok: lag 0.0s')
    world.advance(14.1)
    expect(world.says('ro/db1')).toMatch(/^up 0% stale/)
  })

  it('notices it by a step that is more than a second late', () => {
    const world = start()
    expect(world.advance(1.5).state.resumedAt).toBe(at(0))
    expect(world.advance(2.6).state.resumedAt).toBe(at(2.6))
  })

  it.each([
    ['forwards', 5.1, true],
    ['backwards', -5.1, true],
    ['no further than clocks drift', 5, false],
  ])('notices it by a wall clock that went %s, as after a frozen VM', (_way, jump, isResumed) => {
    const now = { monotonic: at(0.5), wall: instant(0.5 + jump).wall }
    const { state } = step(createFleet(instant(0)), { pools: [], readings: new Map() }, now)
    expect(state.resumedAt).toBe(at(isResumed ? 0.5 : 0))
  })
})

describe('step', () => {
  it('changes nothing for an older now', () => {
    const world = fleet(readers(['db1']))
    world.advance(1, { db1: lagging(0, 1) })
    const before = world.state()
    const result = step(before, { pools: [], readings: new Map() }, instant(0.9))
    expect(result.state).toBe(before)
    expect(result.transitions).toEqual([])
  })

  it('forgets servers and pools that are no longer configured, and keeps the past of the others', () => {
    const world = fleet(readers(['db1', 'db2'], { rise: 2 }))
    world.advance(0.5, { db1: lagging(20, 0.5), db2: lagging(0, 0.5) })
    const readings = new Map<string, Reading>([['db1', lagging(0, 1)]])
    const { state } = step(world.state(), { pools: [readers(['db1'], { rise: 2 })], readings }, instant(1))
    expect([...state.members.keys()]).toEqual(['ro/db1'])
    expect([...state.sights.keys()]).toEqual(['db1'])
    expect(state.members.get('ro/db1')?.verdict.reason.code).toBe('rising')
  })

  it('looks at a server once for all its pools', () => {
    const world = fleet(readers(['db1', 'db2']), writers(['db1', 'db2']))
    world.advance(0.5, { db1: primary(0.5), db2: seen(0.5) })
    expect(world.says('rw/db1')).toBe('up 100% ok: the writer')
    expect(world.says('ro/db1')).toBe('up 0% writer: the writer, which takes no reads here')
    expect(world.says('ro/db2')).toBe('up 100% ok: lag 0.0s')
  })

  it('keeps a verdict the same value while nothing about it changes', () => {
    const world = fleet(readers(['db1']))
    world.advance(0.5, { db1: lagging(0, 0.5) })
    const before = world.verdict('ro/db1')
    world.advance(1, { db1: lagging(0, 1) })
    expect(world.verdict('ro/db1')).toBe(before)
    world.advance(1.5, { db1: lagging(1, 1.5) })
    expect(world.verdict('ro/db1')).not.toBe(before)
  })
})
