/** Daemons that watch the same Galera cluster choose the same writer, whenever each was started. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Reading } from '../../src/core/reading.ts'
import { fleet, node, readers, unseen, writers } from './builders.ts'

const NAMES = ['db1', 'db2', 'db3'] as const
const POOLS = [writers(NAMES, { fall: 2 }), readers(NAMES)]

type Name = (typeof NAMES)[number]

/** What every daemon reads at this moment, each at an instant of its own. */
function readCluster(seconds: number, startedAt: ReadonlyMap<Name, number>): Record<Name, Reading> {
  const read = (name: Name): Reading => {
    const started = startedAt.get(name)
    if (started === undefined) return unseen(seconds, 'refused')
    return node(seconds, { uptime: Math.floor(seconds - started), clusterSize: startedAt.size })
  }
  return { db1: read('db1'), db2: read('db2'), db3: read('db3') }
}

/** A node that runs is killed, one that does not rejoins, but never is the last one killed. */
const anyEvent = fc.record({ name: fc.constantFrom(...NAMES), pause: fc.integer({ min: 5, max: 60 }) })

it('in 200 courses of kills and rejoins, with a daemon that is started in the middle', () => {
  const course = fc.tuple(
    fc.array(anyEvent, { minLength: 1, maxLength: 12 }),
    fc.nat(11),
    fc.integer({ min: 0, max: 900 }).map((ms) => ms / 1000),
  )
  fc.assert(
    fc.property(course, ([events, startOfSecond, offset]) => {
      const startedAt = new Map<Name, number>(NAMES.map((name) => [name, -100]))
      const first = fleet(...POOLS)
      let second: ReturnType<typeof fleet> | null = null
      let seconds = 0
      const watch = (duration: number) => {
        for (const end = seconds + duration; seconds < end; seconds += 0.5) {
          first.advance(seconds, readCluster(seconds, startedAt))
          second?.advance(seconds + offset, readCluster(seconds + offset, startedAt))
        }
      }
      watch(3)
      for (const [index, { name, pause }] of events.entries()) {
        if (index === startOfSecond) second = fleet(...POOLS)
        if (!startedAt.has(name)) startedAt.set(name, seconds)
        else if (startedAt.size > 1) startedAt.delete(name)
        watch(pause)
        const writerOf = (world: typeof first) =>
          NAMES.filter((db) => world.verdict(`rw/${db}`)?.state === 'up')
        expect(writerOf(first)).toHaveLength(1)
        if (second !== null) expect(writerOf(second)).toEqual(writerOf(first))
      }
    }),
    { numRuns: 200 },
  )
})
