/**
 * The floor: a pool is never left with fewer servers than it can help.
 *
 * Below `minServers`, the least-lagged of those that should leave stay in,
 * unless their data could be older than `maxStaleness`. Should nobody be left
 * even then, the writer serves reads.
 */

import type { PoolPolicy } from './pool.ts'
import type { Draft } from './reader.ts'
import { formatDuration, type Percent } from './units.ts'
import { standingOf, up, type Verdict } from './verdict.ts'

/** `keptBefore`, by position: was it the floor that kept this server in until now? */
export function keepFloor(
  drafts: readonly Draft[],
  keptBefore: readonly boolean[],
  policy: PoolPolicy,
): readonly Verdict[] {
  const verdicts = drafts.map((draft) => draft.verdict)
  const inService = verdicts.filter((verdict) => standingOf(verdict) === 'in').length
  const missing = Math.max(0, policy.minServers - inService)
  const kept = rankForFloor(drafts, keptBefore, policy).slice(0, missing)
  const weight = inService === 0 ? 100 : policy.floorWeight
  for (const position of kept) {
    verdicts[position] = keep(verdicts[position] as Verdict, weight, policy)
  }
  if (inService + kept.length > 0 || policy.writerFallback === 0) return verdicts
  return fallBackToWriter(drafts, verdicts, policy.writerFallback)
}

/**
 * Positions of those that may be kept, best first. One that is kept already
 * stays ahead of one that is fresher by less than `recoverLag`, so that two
 * servers lagging alike do not take turns.
 */
function rankForFloor(
  drafts: readonly Draft[],
  keptBefore: readonly boolean[],
  policy: PoolPolicy,
): readonly number[] {
  const ranked: { readonly position: number; readonly age: number }[] = []
  for (const [position, { verdict, staleness }] of drafts.entries()) {
    if (standingOf(verdict) === 'in' || staleness === null || staleness > policy.maxStaleness) continue
    ranked.push({ position, age: keptBefore[position] ? staleness - policy.recoverLag : staleness })
  }
  return ranked.sort((a, b) => a.age - b.age || a.position - b.position).map(({ position }) => position)
}

function keep(verdict: Verdict, weight: Percent, policy: PoolPolicy): Verdict {
  const servers = policy.minServers === 1 ? '1 server' : `${policy.minServers} servers`
  return up(weight, 'floor', `floor: ${verdict.reason.text}; kept, the pool needs ${servers}`)
}

/** Exactly one writer, or none: two writable servers are no help to a reader. */
function fallBackToWriter(
  drafts: readonly Draft[],
  verdicts: readonly Verdict[],
  weight: Percent,
): readonly Verdict[] {
  if (drafts.filter((draft) => draft.isWriter).length !== 1) return verdicts
  return verdicts.map((verdict, position) =>
    drafts[position]?.isWriter
      ? up(weight, 'writer_fallback', `the writer serves reads at ${weight}%: no other server is left`)
      : verdict,
  )
}

/** For `explain`: the rule in words. */
export function describeFloor(policy: PoolPolicy): string {
  return `at least ${policy.minServers}, unless their data could be older than ${formatDuration(policy.maxStaleness)}`
}
