/**
 * Blindness: when sight of several servers is lost in the same moment, the eyes
 * failed and not the servers, so their verdicts are held for a bounded time.
 *
 * The servers that were last seen within `maxAge` of the latest one lost
 * together. It takes two: a server that vanishes alone is out, and so is one
 * that was gone long before. A pool in which anything is still seen is not blind.
 */

import type { Pool } from './pool.ts'
import { isSeen, type Sight } from './sight.ts'
import { elapsed, formatDuration, type MonotonicMs, monotonicMs, type Seconds } from './units.ts'
import type { Verdict } from './verdict.ts'

export interface Blindness {
  readonly since: MonotonicMs
  /** How long the verdicts will still be held. */
  readonly left: Seconds
  /** By position in the pool: was sight of this server lost in that moment? */
  readonly lost: readonly boolean[]
}

export function findBlindness(pool: Pool, sights: readonly Sight[], now: MonotonicMs): Blindness | null {
  const { maxAge, blindHold } = pool.policy
  if (sights.some((sight) => isSeen(sight, maxAge, now))) return null
  const seenAt = sights.map((sight) => sight.seenAt ?? Number.NEGATIVE_INFINITY)
  const latest = Math.max(...seenAt)
  const lost = seenAt.map((at) => at >= latest - maxAge * 1000 && at !== Number.NEGATIVE_INFINITY)
  if (lost.filter(Boolean).length < 2) return null
  const since = monotonicMs(latest)
  const left = blindHold - elapsed(since, now)
  return left > 0 ? { since, left, lost } : null
}

/** The verdict from when the server was last seen, with the reason why it still stands. */
export function holdVerdict(verdict: Verdict, blindness: Blindness): Verdict {
  const left = formatDuration(Math.ceil(blindness.left))
  const text = `blind: sight of all servers was lost at once; held for ${left}, was: ${verdict.reason.text}`
  return { ...verdict, reason: { code: 'blind', text } }
}
