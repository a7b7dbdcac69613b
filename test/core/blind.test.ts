import { describe, expect, it } from 'vitest'
import { findBlindness } from '../../src/core/blind.ts'
import type { Sight } from '../../src/core/sight.ts'
import { at, fleet, lagging, readers, sight, unseen } from './builders.ts'

const lostAt = (seconds: number) => sight(lagging(0, seconds), unseen(seconds + 0.5))

describe('findBlindness', () => {
  const find = (sights: readonly Sight[], now: number) =>
    findBlindness(
      readers(
        sights.map((_, index) => `db${index}`),
        { blindHold: 10 },
      ),
      sights,
      at(now),
    )

  it.each([
    ['two lost in the same moment', [lostAt(10), lostAt(9)], [true, true]],
    ['three, one of them long gone', [lostAt(10), lostAt(9), lostAt(2)], [true, true, false]],
    ['at the very end of the moment', [lostAt(10), lostAt(7)], [true, true]],
    ['two lost, one never seen', [lostAt(10), lostAt(10), sight(unseen(10))], [true, true, false]],
    ['readings that are merely old', [sight(lagging(0, 7)), sight(lagging(0, 7))], [true, true]],
  ])('is blind: %s', (_what, sights, lost) => {
    expect(find(sights, 11)?.lost).toEqual(lost)
  })

  it.each([
    ['one lost alone', [lostAt(10)]],
    ['one lost, one long gone', [lostAt(10), lostAt(6.9)]],
    ['one lost, one still seen', [lostAt(10), sight(lagging(0, 10.5))]],
    ['never seen any', [sight(unseen(10)), sight(unseen(10))]],
    ['a pool without servers', []],
  ])('is not blind: %s', (_what, sights) => {
    expect(find(sights, 11)).toBeNull()
  })

  it('ends with the hold', () => {
    expect(find([lostAt(10), lostAt(9)], 19.9)).toMatchObject({ since: at(10), left: expect.closeTo(0.1) })
    expect(find([lostAt(10), lostAt(9)], 20)).toBeNull()
  })
})

describe('a reader pool that loses sight of all at once', () => {
  const start = (changes = {}) => {
    const world = fleet(readers(['db1', 'db2'], { blindHold: 10, fall: 1, rise: 3, ramp: 20, ...changes }))
    world.advance(1, { db1: lagging(0, 1), db2: lagging(20, 1) })
    return world
  }

  it('holds what was decided when each was last seen, and says so', () => {
    const world = start()
    world.advance(1.5, { db1: unseen(1.5, 'timeout', 'no answer') })
    expect(world.says('ro/db1')).toBe('down 0% unreachable: no answer')
    world.advance(1.6, { db2: unseen(1.6, 'timeout', 'no answer') })
    expect(world.says('ro/db1')).toBe(
      'up 100% blind: blind: sight of all servers was lost at once; held for 10s, was: lag 0.0s',
    )
    expect(world.says('ro/db2')).toMatch(/^up 0% blind: .* was: lag 20.0s over 5s$/)
  })

  it('goes on without rise or ramp when sight returns', () => {
    const world = start()
    world.advance(1.5, { db1: unseen(1.5), db2: unseen(1.5) })
    world.advance(2, { db1: lagging(0, 2), db2: lagging(20, 2) })
    expect(world.says('ro/db1')).toBe('up 100% ok: lag 0.0s')
  })

  it('lets go when the hold ends', () => {
    const world = start()
    for (let seconds = 1.5; seconds <= 11.5; seconds += 0.5) {
      world.advance(seconds, { db1: unseen(seconds), db2: unseen(seconds) })
    }
    expect(world.says('ro/db1')).toBe('down 0% unreachable: timeout')
  })

  it('does not hold a server that was gone before', () => {
    const world = fleet(readers(['db1', 'db2', 'db3'], { blindHold: 10 }))
    world.advance(1, { db1: lagging(0, 1), db2: lagging(0, 1), db3: unseen(1, 'refused') })
    world.advance(1.5, { db1: unseen(1.5), db2: unseen(1.5), db3: unseen(1.5, 'refused') })
    expect(world.verdict('ro/db1')?.state).toBe('up')
    expect(world.says('ro/db3')).toBe('down 0% unreachable: refused')
  })
})
