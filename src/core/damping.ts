/**
 * Damping: how often something must be so before we act on it.
 *
 * A server is *in* or *out*. Every new reading either agrees with that or does
 * not; disagreeing ones in a row are the streak, and one that agrees ends it.
 *
 * In, a streak of `fall` unfit readings takes the server out. What is beyond
 * doubt (a reading too old, a role that changed) is urgent and does not wait.
 *
 * Out, a streak of `rise` fit readings brings it back, and from that moment its
 * weight climbs from 10 % to full over `ramp`, because caches are cold.
 *
 * The first reading of a server that we know nothing about decides at once: it
 * has served until now at full weight, so there is nothing to climb from.
 */

import { elapsed, type MonotonicMs, monotonicMs, type Percent, type Seconds } from './units.ts'

export interface Damping {
  readonly in: boolean
  /** Consecutive readings that disagree with `in`. */
  readonly streak: number
  /** The reading that was counted last: each counts once. */
  readonly countedAt: MonotonicMs
  /** When the ramp began; null without one. */
  readonly rampSince: MonotonicMs | null
}

export interface Observation {
  readonly fit: boolean
  /** When the reading was started. */
  readonly at: MonotonicMs
  /** Acts at once, whatever the streak. */
  readonly urgent: boolean
}

export interface DampingPolicy {
  readonly rise: number
  readonly fall: number
  readonly ramp: Seconds
}

const RAMP_FROM: Percent = 10

export function damp(
  before: Damping | null,
  seen: Observation,
  policy: DampingPolicy,
  now: MonotonicMs,
): Damping {
  if (before === null) return { in: seen.fit, streak: 0, countedAt: seen.at, rampSince: null }
  if (seen.fit === before.in) return settle(before, seen, policy, now)
  const isNew = seen.at > before.countedAt
  const streak = before.streak + (isNew ? 1 : 0)
  const needed = seen.fit ? policy.rise : policy.fall
  const countedAt = later(seen.at, before.countedAt)
  if (streak < needed && !seen.urgent) return { ...before, streak, countedAt }
  const rampSince = seen.fit && policy.ramp > 0 ? now : null
  return { in: seen.fit, streak: 0, countedAt, rampSince }
}

/** The reading agrees: the streak ends, and so does a ramp that has reached the top. */
function settle(before: Damping, seen: Observation, policy: DampingPolicy, now: MonotonicMs): Damping {
  const rampSince = rampWeight(before.rampSince, policy.ramp, now) === 100 ? null : before.rampSince
  return { in: before.in, streak: 0, countedAt: later(seen.at, before.countedAt), rampSince }
}

function later(a: MonotonicMs, b: MonotonicMs): MonotonicMs {
  return monotonicMs(Math.max(a, b))
}

/** Climbs from 10 % to 100 % in steps of ten, so that not every moment is a change. */
export function rampWeight(since: MonotonicMs | null, ramp: Seconds, now: MonotonicMs): Percent {
  if (since === null) return 100
  const share = elapsed(since, now) / ramp
  if (!(share < 1)) return 100
  return RAMP_FROM + Math.floor(Math.max(0, share) * 9) * 10
}
