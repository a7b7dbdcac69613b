/** What a Galera node or a group member says of its cluster, as steps of an explanation. */

import type { ExplainStep } from './explain.ts'
import type { PoolPolicy } from './pool.ts'
import type { GaleraFacts, GroupFacts } from './reading.ts'

export function explainGalera(
  facts: GaleraFacts,
  policy: PoolPolicy,
  wasIn: boolean,
): readonly ExplainStep[] {
  const remarks = [
    facts.isPrimaryComponent ? 'Primary' : 'non-Primary',
    facts.localStateComment,
    facts.isReady ? 'ready' : 'not ready',
    ...(facts.isConnected ? [] : ['not connected']),
    ...(facts.isDesynced ? ['desynced'] : []),
    ...(facts.rejectsQueries ? ['rejects queries'] : []),
    ...(facts.maintenance === null ? [] : [`pxc_maint_mode ${facts.maintenance}`]),
  ]
  const paused = `${(facts.flowControlPaused * 100).toFixed(1)}% of the time`
  return [
    { question: 'galera', found: remarks.join(', '), limit: `donor: ${policy.donor}` },
    {
      question: 'cluster',
      found: `${facts.stateUuid}, ${facts.clusterSize} nodes, view ${facts.viewNumber}`,
      limit: null,
    },
    { question: 'receive queue', found: String(facts.receiveQueue), limit: queueLimit(policy, wasIn) },
    { question: 'flow control paused', found: paused, limit: null },
  ]
}

export function explainGroup(facts: GroupFacts, policy: PoolPolicy, wasIn: boolean): readonly ExplainStep[] {
  const view = facts.members.map(({ id, address, state, role }) => {
    const self = id === facts.self ? ' (itself)' : ''
    return `${address}${self} ${state}${role === null ? '' : ` ${role}`}`
  })
  return [
    {
      question: 'group',
      found: facts.name,
      limit: policy.minorityReads ? 'minority_reads' : 'needs a majority',
    },
    { question: 'its view', found: view.join(', ') || 'empty', limit: null },
    { question: 'applier queue', found: String(facts.applierQueue), limit: queueLimit(policy, wasIn) },
    { question: 'certification queue', found: String(facts.certificationQueue), limit: null },
  ]
}

function queueLimit(policy: PoolPolicy, wasIn: boolean): string {
  return wasIn
    ? `${policy.maxApplyQueue} (max_apply_queue)`
    : `${policy.recoverApplyQueue} (recover_apply_queue)`
}
