/** What holds for every fleet and every course of events. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFleet, type FleetState, step } from '../../src/core/fleet.ts'
import type { Pool } from '../../src/core/pool.ts'
import type { Reading, UnseenCause } from '../../src/core/reading.ts'
import { standingOf } from '../../src/core/verdict.ts'
import { at, channel, instant, readers, seen, unseen, writers } from './builders.ts'

const SERVERS = ['db1', 'db2', 'db3'] as const

const anyCause = fc.constantFrom<UnseenCause>('timeout', 'refused', 'auth', 'grant', 'unexpected')
const anyThread = fc.constantFrom('running' as const, 'connecting' as const, 'stopped' as const)
const anyLag = fc.option(fc.double({ min: 0, max: 2000, noNaN: true }))
const anyChannel = fc
  .record({ io: anyThread, sql: anyThread, lag: anyLag, delay: fc.constantFrom(0, 0, 0, 60) })
  .map(channel)
const anyReading: fc.Arbitrary<(seconds: number) => Reading> = fc.oneof(
  anyCause.map((cause) => (seconds: number) => unseen(seconds, cause)),
  fc
    .record({ writable: fc.boolean(), channels: fc.array(anyChannel, { maxLength: 2 }) })
    .map((facts) => (seconds: number) => seen(seconds, facts)),
)
const anyPolicy = fc.record({
  rise: fc.integer({ min: 1, max: 3 }),
  fall: fc.integer({ min: 1, max: 3 }),
  ramp: fc.constantFrom(0, 5),
  weightByLag: fc.boolean(),
  minServers: fc.integer({ min: 0, max: 3 }),
  writerWeight: fc.constantFrom(0, 30),
  writerFallback: fc.constantFrom(0, 20),
  blindHold: fc.constantFrom(0, 10),
})
const anyPools: fc.Arbitrary<readonly Pool[]> = anyPolicy.map((changes) => [
  readers(SERVERS, changes),
  writers(SERVERS, changes),
])

interface Happening {
  readonly server: (typeof SERVERS)[number]
  readonly read: (seconds: number) => Reading
  readonly pause: number
}

const anyStory: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    server: fc.constantFrom(...SERVERS),
    read: anyReading,
    pause: fc.constantFrom(0, 0.1, 0.2, 0.5, 0.9, 2, 8),
  }),
  { maxLength: 40 },
)

/** Lives through the story and looks at each moment of it. */
function live(
  pools: readonly Pool[],
  story: readonly Happening[],
  look: (state: FleetState, before: FleetState, seconds: number, readings: Map<string, Reading>) => void,
): void {
  const readings = new Map<string, Reading>()
  let state = createFleet(instant(0))
  let seconds = 0
  for (const { server, read, pause } of story) {
    seconds += pause
    readings.set(server, read(seconds))
    const before = state
    state = step(before, { pools, readings }, instant(seconds)).state
    look(state, before, seconds, readings)
  }
}

it('decides every fleet: weights are whole and in 0..100, and down weighs nothing', () => {
  fc.assert(
    fc.property(anyPools, anyStory, (pools, story) => {
      live(pools, story, (state) => {
        for (const { verdict } of state.members.values()) {
          expect(Number.isInteger(verdict.weightPercent)).toBe(true)
          expect(verdict.weightPercent).toBeGreaterThanOrEqual(0)
          expect(verdict.weightPercent).toBeLessThanOrEqual(100)
          if (verdict.state === 'down') expect(verdict.weightPercent).toBe(0)
          expect(verdict.reason.text).not.toBe('')
        }
      })
    }),
  )
})

it('never serves two writers', () => {
  fc.assert(
    fc.property(anyPools, anyStory, (pools, story) => {
      live(pools, story, (state) => {
        const serving = [...state.members.values()].filter(
          ({ pool, verdict }) => pool === 'rw' && verdict.state === 'up',
        )
        expect(serving.length).toBeLessThanOrEqual(1)
      })
    }),
  )
})

it('makes no second transition of the same inputs', () => {
  fc.assert(
    fc.property(anyPools, anyStory, (pools, story) => {
      live(pools, story, (state, _before, seconds, readings) => {
        expect(step(state, { pools, readings }, instant(seconds)).transitions).toEqual([])
      })
    }),
  )
})

it('changes nothing when it is stepped with an older now', () => {
  fc.assert(
    fc.property(anyPools, anyStory, (pools, story) => {
      live(pools, story, (state, _before, seconds, readings) => {
        expect(step(state, { pools, readings }, instant(seconds - 0.1)).state).toBe(state)
      })
    }),
  )
})

it('takes no new connections to a server whose every reading failed and which nobody ever saw', () => {
  fc.assert(
    fc.property(anyPools, anyStory, anyCause, (pools, story, cause) => {
      const blindStory = story.map((happening) =>
        happening.server === 'db1'
          ? { ...happening, read: (seconds: number) => unseen(seconds, cause) }
          : happening,
      )
      live(pools, blindStory, (state) => {
        const member = state.members.get('ro/db1')
        if (member) expect(standingOf(member.verdict)).not.toBe('in')
      })
    }),
  )
})

it('never serves a replica that is delayed on purpose', () => {
  fc.assert(
    fc.property(anyPools, anyStory, (pools, story) => {
      const delayed = (seconds: number) =>
        seen(seconds, { at: at(seconds), channels: [channel({ delay: 60 })] })
      const lateStory = story.map((happening) =>
        happening.server === 'db1' ? { ...happening, read: delayed } : happening,
      )
      live(pools, lateStory, (state) => {
        const member = state.members.get('ro/db1')
        if (member && member.damping.streak === 0) expect(standingOf(member.verdict)).not.toBe('in')
      })
    }),
  )
})
