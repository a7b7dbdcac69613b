import { describe, expect, it } from 'vitest'
import { at, channel, fleet, instant, lagging, primary, readers, seen, unseen } from './builders.ts'

/** A pool that serves from its writer once all replicas are too old. */
const POOL = readers(['db1', 'db2', 'db3'], { minServers: 1, maxStaleness: 60, writerFallback: 20, ramp: 20 })

function start() {
  const world = fleet(POOL)
  world.advance(0.5, { db1: primary(0.5), db2: lagging(0, 0.5), db3: lagging(0, 0.5) })
  return world
}

describe('handing over', () => {
  it('keeps the last server until the one that takes its place has been in for two seconds', () => {
    const world = start()
    world.advance(1, { db2: lagging(50, 1), db3: lagging(55, 1) })
    expect(world.says('ro/db2')).toMatch(/^up 100% floor/)
    world.advance(1.5, { db2: lagging(61, 1.5), db3: lagging(66, 1.5), db1: primary(1.5) })
    expect(world.says('ro/db1')).toMatch(/^up 20% writer_fallback/)
    expect(world.says('ro/db2')).toBe('up 100% handover: handing over: lag 61.0s over 5s')
    expect(world.says('ro/db3')).toMatch(/^up 0% lag/)
    world.advance(2.5, { db2: lagging(62, 2.5), db1: primary(2.5), db3: lagging(67, 2.5) })
    world.advance(3.4)
    expect(world.says('ro/db2')).toMatch(/^up 100% handover/)
    world.advance(3.5)
    expect(world.says('ro/db2')).toMatch(/^up 0% lag/)
    expect(world.says('ro/db1')).toMatch(/^up 20% writer_fallback/)
  })

  it('lets the writer serve on while a returning replica is a newcomer', () => {
    const world = start()
    world.advance(1, { db2: lagging(61, 1), db3: lagging(61, 1) })
    for (const seconds of [2, 3, 4]) {
      world.advance(seconds, { db1: primary(seconds), db2: lagging(61, seconds), db3: lagging(61, seconds) })
    }
    expect(world.says('ro/db1')).toMatch(/^up 20% writer_fallback/)
    world.advance(4.5, { db2: lagging(0, 4.5) })
    expect(world.says('ro/db2')).toMatch(/^up 10% ramp/)
    expect(world.says('ro/db1')).toBe('up 20% handover: handing over: the writer, which takes no reads here')
    world.advance(5.5, { db1: primary(5.5), db2: lagging(0, 5.5), db3: lagging(61, 5.5) })
    world.advance(6.5)
    expect(world.says('ro/db1')).toMatch(/^up 0% writer:/)
  })

  it('is not for a pool in which others have been serving', () => {
    const world = start()
    world.advance(1, { db2: lagging(11, 1) })
    expect(world.says('ro/db2')).toMatch(/^up 0% lag/)
  })

  it('is not for a pool that nobody takes over', () => {
    const world = fleet(readers(['db2']))
    world.advance(0.5, { db2: lagging(0, 0.5) })
    world.advance(1, { db2: lagging(11, 1) })
    expect(world.says('ro/db2')).toMatch(/^up 0% lag/)
  })

  it.each([
    ['that nobody can reach', unseen(1, 'refused'), /^down 0% unreachable/],
    ['that is delayed on purpose', seen(1, { channels: [channel({ delay: 60 })] }), /^up 0% delayed/],
  ])('is not for a server %s', (_what, reading, says) => {
    const world = fleet(readers(['db1', 'db2'], { minServers: 1, writerFallback: 20 }))
    world.advance(0.5, { db1: primary(0.5), db2: lagging(0, 0.5) })
    world.advance(1, { db2: reading })
    expect(world.says('ro/db1')).toMatch(/^up 20% writer_fallback/)
    expect(world.says('ro/db2')).toMatch(says)
  })

  it('needs no ramp when the server turns out fit after all', () => {
    const world = start()
    world.advance(1, { db2: lagging(50, 1), db3: unseen(1, 'refused') })
    world.advance(1.5, { db1: primary(1.5), db2: lagging(61, 1.5) })
    expect(world.says('ro/db2')).toMatch(/^up 100% handover/)
    world.advance(2, { db2: lagging(1, 2) })
    expect(world.says('ro/db2')).toBe('up 100% ok: lag 1.0s')
  })

  it('remembers since when a server serves, through every kind of reason', () => {
    const world = start()
    const inSince = () => world.state().members.get('ro/db2')?.inSince
    expect(inSince()).toBe(at(-1.5))
    world.advance(1, { db2: lagging(50, 1), db3: lagging(55, 1) })
    expect(world.says('ro/db2')).toMatch(/^up 100% floor/)
    expect(inSince()).toBe(at(-1.5))
    world.advance(1.5, { db3: lagging(0, 1.5) })
    world.advance(2, { db1: primary(2), db2: lagging(50, 2), db3: lagging(0, 2) })
    for (const seconds of [3, 4])
      world.advance(seconds, { db2: lagging(50, seconds), db3: lagging(0, seconds) })
    expect(inSince()).toBeNull()
    world.advance(4.5, { db2: lagging(0, 4.5) })
    expect(inSince()).toBe(instant(4.5).monotonic)
  })
})
