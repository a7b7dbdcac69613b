/** The state of the fleet as JSON: moments become wall clock times, which outlive the process. */

import { z } from 'zod'
import type { FleetState } from '../../core/fleet.ts'
import type { Member } from '../../core/member.ts'
import { memberId } from '../../core/pool.ts'
import type { Sight } from '../../core/sight.ts'
import { type Instant, type MonotonicMs, monotonicMs, wallMs } from '../../core/units.ts'
import type { ReasonCode } from '../../core/verdict.ts'

const VERSION = 1

const moment = z.number().int()
const verdict = z.strictObject({
  state: z.enum(['up', 'down']),
  weightPercent: z.number().int().min(0).max(100),
  reason: z.strictObject({
    code: z.string().transform((code) => code as ReasonCode),
    text: z.string(),
  }),
})
const damping = z.strictObject({
  in: z.boolean(),
  streak: z.number().int().min(0),
  countedAt: moment,
  rampSince: moment.nullable(),
})
const savedState = z.strictObject({
  version: z.literal(VERSION),
  savedAt: moment,
  servers: z.array(
    z.strictObject({
      server: z.string(),
      seenAt: moment.nullable(),
      writable: z.boolean(),
      cluster: z.string().nullable(),
      lag: z.strictObject({ seconds: z.number().min(0), at: moment }).nullable(),
    }),
  ),
  members: z.array(
    z.strictObject({
      pool: z.string(),
      server: z.string(),
      inSince: moment.nullable(),
      since: moment,
      verdict,
      damping,
      sighted: z.strictObject({ verdict, damping }).nullable(),
    }),
  ),
})

/** Readings themselves are not kept: after a restart each server is read anew. */
export function formatState(state: FleetState, now: Instant): string {
  const toWall = (at: MonotonicMs) => Math.round(at - now.monotonic + now.wall)
  const wallDamping = (value: Member['damping']) => ({
    ...value,
    countedAt: toWall(value.countedAt),
    rampSince: value.rampSince === null ? null : toWall(value.rampSince),
  })
  return JSON.stringify({
    version: VERSION,
    savedAt: now.wall,
    servers: [...state.sights].map(([server, { seenAt, writable, cluster, lag }]) => ({
      server,
      seenAt: seenAt === null ? null : toWall(seenAt),
      writable,
      cluster,
      lag: lag === null ? null : { seconds: lag.seconds, at: toWall(lag.at) },
    })),
    members: [...state.members.values()].map((member) => ({
      ...member,
      damping: wallDamping(member.damping),
      inSince: member.inSince === null ? null : toWall(member.inSince),
      sighted: member.sighted && {
        verdict: member.sighted.verdict,
        damping: wallDamping(member.sighted.damping),
      },
    })),
  } satisfies z.input<typeof savedState>)
}

/**
 * Reads what `formatState` wrote. Throws a `ZodError` or `SyntaxError` for
 * anything else. A moment that lies in the future is taken for now.
 */
export function parseState(
  text: string,
  now: Instant,
): { readonly state: FleetState; readonly savedAt: number } {
  const saved = savedState.parse(JSON.parse(text))
  const toMonotonic = (wall: number) => monotonicMs(Math.min(wall - now.wall, 0) + now.monotonic)
  const readDamping = (value: z.output<typeof damping>) => ({
    ...value,
    countedAt: toMonotonic(value.countedAt),
    rampSince: value.rampSince === null ? null : toMonotonic(value.rampSince),
  })
  const sights = saved.servers.map(({ server, seenAt, writable, cluster, lag }): [string, Sight] => [
    server,
    {
      reading: null,
      seenAt: seenAt === null ? null : toMonotonic(seenAt),
      writable,
      cluster,
      startedAt: null,
      lag: lag === null ? null : { seconds: lag.seconds, at: toMonotonic(lag.at) },
    },
  ])
  const members = saved.members.map(
    (member): Member => ({
      ...member,
      since: wallMs(member.since),
      damping: readDamping(member.damping),
      inSince: member.inSince === null ? null : toMonotonic(member.inSince),
      sighted: member.sighted && {
        verdict: member.sighted.verdict,
        damping: readDamping(member.sighted.damping),
      },
    }),
  )
  const state: FleetState = {
    steppedAt: now,
    resumedAt: now.monotonic,
    sights: new Map(sights),
    members: new Map(members.map((member) => [memberId(member.pool, member.server), member])),
  }
  return { state, savedAt: saved.savedAt }
}
