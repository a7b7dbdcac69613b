/** Decides a reader pool: each server by itself, then blindness, the floor, and the handing over. */

import { type Blindness, findBlindness, holdVerdict } from './blind.ts'
import { keepFloor } from './floor.ts'
import { handOver } from './handover.ts'
import type { Decision, Member } from './member.ts'
import type { Pool, PoolPolicy, ServerName } from './pool.ts'
import { type Draft, draftReader } from './reader.ts'
import type { Sight } from './sight.ts'
import type { MonotonicMs } from './units.ts'
import type { Verdict } from './verdict.ts'
import { findOutdated } from './views.ts'

/** `sights` and `members` by position in the pool; the decisions come back in that order. */
export function decideReaderPool(
  pool: Pool,
  sights: readonly Sight[],
  members: readonly (Member | null)[],
  chosenWriters: ReadonlySet<ServerName>,
  now: MonotonicMs,
): readonly Decision[] {
  const outdated = findOutdated(sights, pool.policy.maxAge, now)
  const blindness = findBlindness(pool, sights, now)
  const drafts = sights.map((sight, position) => {
    const member = members[position] ?? null
    const facts = {
      sight,
      isChosenWriter: chosenWriters.has(pool.servers[position] as ServerName),
      isOutdated: outdated[position] as boolean,
    }
    const draft = draftReader(facts, member?.damping ?? null, rampPolicy(member, pool.policy), now)
    return blindness?.lost[position] && member?.sighted ? holdDraft(draft, member.sighted, blindness) : draft
  })
  const verdicts = blindness
    ? drafts.map((draft) => draft.verdict)
    : handOver(keepFloor(drafts, members.map(isKept), pool.policy), drafts, members, now)
  return drafts.map((draft, position) => ({
    verdict: verdicts[position] as Verdict,
    damping: draft.damping,
  }))
}

/** A server that was kept in although it was unfit has warm caches: it needs no ramp. */
function rampPolicy(member: Member | null, policy: PoolPolicy): PoolPolicy {
  return isKept(member) ? { ...policy, ramp: 0 } : policy
}

function isKept(member: Member | null): boolean {
  const code = member?.verdict.reason.code
  return code === 'floor' || code === 'handover'
}

function holdDraft(draft: Draft, sighted: Decision, blindness: Blindness): Draft {
  return { ...draft, verdict: holdVerdict(sighted.verdict, blindness), damping: sighted.damping }
}
