/** Is this Galera node fit to serve? The one place that knows what makes one unfit. */

import { type Judgement, unfit } from './judgement.ts'
import type { PoolPolicy } from './pool.ts'
import type { GaleraFacts } from './reading.ts'
import type { Seconds } from './units.ts'

/** `wsrep_local_state`, as Galera numbers it. */
const DONOR = 2
const SYNCED = 4

/**
 * Judges a node by what it says of itself.
 *
 * Hard out is where every query would fail with 1047: no quorum, not ready,
 * queries rejected. `SELECT 1` and a ping succeed there, which is why checks
 * that stop at those go wrong. Soft out is where data may lag: a donor, a
 * desynced node, one that is still joining, one under maintenance, and one
 * whose receive queue is too long, with two thresholds like a lag.
 */
export function judgeGalera(
  facts: GaleraFacts,
  policy: PoolPolicy,
  wasIn: boolean,
  staleness: Seconds | null,
): Judgement {
  const failing = findFailing(facts)
  if (failing !== null) return unfit('not_synced', failing, true, null)
  if (facts.maintenance !== null) {
    return unfit('maintenance', `pxc_maint_mode is ${facts.maintenance}`, false, null)
  }
  if (isDonor(facts) && policy.donor !== 'always') {
    const text = facts.localState === DONOR ? facts.localStateComment : 'desynced on purpose'
    return unfit('donor', text, false, policy.donor === 'last' ? staleness : null)
  }
  if (!isDonor(facts) && facts.localState !== SYNCED) {
    return unfit('not_synced', `${facts.localStateComment}, not synced`, false, null)
  }
  const queue = `receive queue ${facts.receiveQueue}`
  const limit = wasIn ? policy.maxApplyQueue : policy.recoverApplyQueue
  if (facts.receiveQueue > limit) return unfit('apply_queue', `${queue} over ${limit}`, false, staleness)
  return { fit: true, lag: 0, text: facts.receiveQueue === 0 ? 'synced' : `synced, ${queue}` }
}

/** May this node be written to, as far as it knows itself? `read_only` is asked elsewhere. */
export function isGaleraWriter(facts: GaleraFacts): boolean {
  return findFailing(facts) === null && facts.localState === SYNCED && facts.maintenance === null
}

/** Was its data current when this was read? */
export function isGaleraCurrent(facts: GaleraFacts): boolean {
  return findFailing(facts) === null && facts.localState === SYNCED
}

function findFailing(facts: GaleraFacts): string | null {
  if (!facts.isPrimaryComponent) return 'non-Primary: it has lost the quorum'
  if (!facts.isConnected) return 'not connected to its cluster'
  if (!facts.isReady) return `not ready (${facts.localStateComment})`
  if (facts.rejectsQueries) return 'it rejects queries (wsrep_reject_queries)'
  if (facts.localState === DONOR && facts.donorRejectsQueries) return 'a donor that rejects queries'
  return null
}

function isDonor(facts: GaleraFacts): boolean {
  return facts.localState === DONOR || facts.isDesynced
}
