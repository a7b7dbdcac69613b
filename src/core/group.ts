/** Is this member of a replication group fit to serve? */

import { type Judgement, unfit } from './judgement.ts'
import type { PoolPolicy } from './pool.ts'
import type { GroupFacts, GroupMember } from './reading.ts'
import type { Seconds } from './units.ts'

/**
 * Judges a member by its own view of the group.
 *
 * A member that sees no majority of its group blocks writes without an error
 * and goes on saying ONLINE, so the view is counted: without a majority it
 * serves nobody, unless `minority_reads` says that old data will do.
 */
export function judgeGroupMember(
  facts: GroupFacts,
  policy: PoolPolicy,
  wasIn: boolean,
  staleness: Seconds | null,
): Judgement {
  const state = findSelf(facts)?.state ?? 'not in its own view'
  if (state === 'RECOVERING') return unfit('not_online', 'RECOVERING: still catching up', false, null)
  if (state !== 'ONLINE') return unfit('not_online', `${state} in its group`, true, null)
  if (!hasMajority(facts) && !policy.minorityReads) {
    const reachable = countReachable(facts)
    return unfit('minority', `no majority: it reaches ${reachable} of ${facts.members.length}`, true, null)
  }
  const limit = wasIn ? policy.maxApplyQueue : policy.recoverApplyQueue
  const queue = `applier queue ${facts.applierQueue}`
  if (facts.applierQueue > limit) return unfit('apply_queue', `${queue} over ${limit}`, false, staleness)
  return { fit: true, lag: 0, text: facts.applierQueue === 0 ? 'ONLINE' : `ONLINE, ${queue}` }
}

/** May this member be written to, as far as it knows itself? `read_only` is asked elsewhere. */
export function isGroupWriter(facts: GroupFacts): boolean {
  const self = findSelf(facts)
  return self?.state === 'ONLINE' && self.role === 'PRIMARY' && hasMajority(facts)
}

/** Was its data current when this was read? */
export function isGroupCurrent(facts: GroupFacts): boolean {
  return findSelf(facts)?.state === 'ONLINE' && hasMajority(facts) && facts.applierQueue === 0
}

/** More than half of the members in its view can be reached. */
export function hasMajority(facts: GroupFacts): boolean {
  return countReachable(facts) * 2 > facts.members.length
}

function countReachable(facts: GroupFacts): number {
  return facts.members.filter(({ state }) => state === 'ONLINE' || state === 'RECOVERING').length
}

function findSelf(facts: GroupFacts): GroupMember | null {
  return facts.members.find(({ id }) => id === facts.self) ?? null
}
