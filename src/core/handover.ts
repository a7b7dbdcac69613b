/**
 * Handing over: the last server that serves goes only when the next one is in.
 *
 * HAProxy asks about each server by itself, so that for up to an agent interval
 * it knows of the one that leaves and not yet of the one that takes its place.
 * In that moment the pool would be empty, and clients would fail. So where all
 * that serve are newcomers, those that served until now stay for `HANDOVER`.
 * One that nobody can reach, or whose data must not be read, goes at once.
 */

import type { Member } from './member.ts'
import type { Draft } from './reader.ts'
import { elapsed, type MonotonicMs, type Seconds } from './units.ts'
import { standingOf, up, type Verdict } from './verdict.ts'

/** Twice the agent interval that `render haproxy` writes. */
export const HANDOVER: Seconds = 2

/** All by position in the pool; `verdicts` as they would be without handing over. */
export function handOver(
  verdicts: readonly Verdict[],
  drafts: readonly Draft[],
  members: readonly (Member | null)[],
  now: MonotonicMs,
): readonly Verdict[] {
  const serving = verdicts.map((verdict) => standingOf(verdict) === 'in')
  const isTaken = serving.some((isServing, position) => isServing && isEstablished(members[position], now))
  if (isTaken || !serving.includes(true)) return verdicts
  return verdicts.map((verdict, position) => {
    const before = members[position]?.verdict
    const draft = drafts[position]
    const mayServe = draft?.isWriter || typeof draft?.staleness === 'number'
    if (serving[position] || !before || standingOf(before) !== 'in' || !mayServe) return verdict
    return up(before.weightPercent, 'handover', `handing over: ${verdict.reason.text}`)
  })
}

function isEstablished(member: Member | null | undefined, now: MonotonicMs): boolean {
  return typeof member?.inSince === 'number' && elapsed(member.inSince, now) >= HANDOVER
}
