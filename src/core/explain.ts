/** A decision step by step: what was asked, what was found, against which limit. */

import { explainGalera, explainGroup } from './explain-cluster.ts'
import { describeFloor } from './floor.ts'
import { HANDOVER } from './handover.ts'
import { formatLag, lagLimit, lagOf, worstChannelLag } from './lag.ts'
import type { Member } from './member.ts'
import type { Pool, PoolPolicy } from './pool.ts'
import { type Reading, roleOf, type Seen, type ServerRole } from './reading.ts'
import { type Sight, stalenessOf } from './sight.ts'
import { elapsed, formatDuration, type MonotonicMs } from './units.ts'
import { type Standing, standingOf, type Verdict } from './verdict.ts'

export interface ExplainStep {
  /** What was asked, in a word or two. */
  readonly question: string
  /** What was found, with its age or value. */
  readonly found: string
  /** What it is held against; null where there is no limit. */
  readonly limit: string | null
}

export interface Explanation {
  readonly verdict: Verdict | null
  readonly steps: readonly ExplainStep[]
  /** What would have to happen for the verdict to change. */
  readonly next: string
}

/** `inService` counts the servers of the pool that take new connections now. */
export function explain(
  pool: Pool,
  sight: Sight,
  member: Member | null,
  inService: number,
  now: MonotonicMs,
): Explanation {
  const { policy } = pool
  const { reading } = sight
  const wasIn = member?.damping.in ?? true
  const steps: ExplainStep[] = [explainSight(reading, policy, now)]
  if (reading?.kind === 'seen') {
    steps.push({ question: 'role', found: describeRole(reading), limit: null })
    if (reading.galera !== null) steps.push(...explainGalera(reading.galera, policy, wasIn))
    if (reading.group !== null) steps.push(...explainGroup(reading.group, policy, wasIn))
    steps.push(...reading.channels.map(explainChannel))
    if (pool.role === 'reader' && reading.channels.length > 0)
      steps.push(...explainLag(reading, policy, wasIn))
  }
  const staleness = stalenessOf(sight, now)
  if (pool.role === 'reader' && staleness !== null) {
    const limit = `${formatDuration(policy.maxStaleness)} (max_staleness, on the floor)`
    steps.push({ question: 'data age at most', found: formatLag(staleness), limit })
  }
  if (member) steps.push(explainDamping(member, policy))
  if (pool.role === 'reader') {
    steps.push({ question: 'floor', found: `${inService} in service`, limit: describeFloor(policy) })
  }
  const verdict = member?.verdict ?? null
  return {
    verdict,
    steps,
    next: describeNext(pool, verdict, reading?.kind === 'seen' ? roleOf(reading) : null),
  }
}

function explainSight(reading: Reading | null, policy: PoolPolicy, now: MonotonicMs): ExplainStep {
  const limit = `${formatDuration(policy.maxAge)} (max_age)`
  if (reading === null) return { question: 'reading', found: 'none yet', limit }
  const age = `${formatLag(Math.max(0, elapsed(reading.at, now)))} old`
  return { question: 'reading', found: reading.kind === 'seen' ? age : `${age}: ${reading.text}`, limit }
}

function describeRole(reading: Seen): string {
  return `${roleOf(reading)}, ${reading.writable ? 'writable' : 'read-only'}`
}

function explainChannel(channel: Seen['channels'][number]): ExplainStep {
  const error = channel.error === null ? '' : `, error ${channel.error.code}: ${channel.error.text}`
  const found = `IO ${channel.io}, SQL ${channel.sql}${error}`
  const question =
    channel.name === '' ? `source ${channel.source}` : `channel "${channel.name}" from ${channel.source}`
  return { question, found, limit: channel.delay > 0 ? `delayed by ${formatDuration(channel.delay)}` : null }
}

function explainLag(reading: Seen, policy: PoolPolicy, wasIn: boolean): readonly ExplainStep[] {
  const lag = lagOf(reading)
  const seconds = worstChannelLag(reading.channels)
  const steps: ExplainStep[] = [
    { question: 'seconds behind source', found: seconds === null ? 'NULL' : formatLag(seconds), limit: null },
  ]
  if (reading.heartbeat !== null) {
    const found =
      reading.heartbeat.kind === 'lag' ? formatLag(reading.heartbeat.seconds) : reading.heartbeat.text
    steps.push({ question: 'heartbeat', found, limit: null })
  }
  const limit = `${formatDuration(lagLimit(policy, wasIn))} (${wasIn ? 'max_lag' : 'recover_lag'})`
  return [...steps, { question: 'lag', found: lag === null ? 'unknown' : formatLag(lag), limit }]
}

function explainDamping(member: Member, policy: PoolPolicy): ExplainStep {
  const { damping } = member
  const limit = damping.in ? `${policy.fall} bad in a row to leave` : `${policy.rise} good in a row to return`
  return { question: 'damping', found: `${damping.in ? 'in' : 'out'}, ${damping.streak} against that`, limit }
}

const NEXT_FOR_WRITER: Readonly<Record<Standing, string>> = {
  in: 'leaves when it is read-only or out of sight, or when a second server is writable',
  soft_out: 'serves when it is the only writable server of the pool',
  hard_out: 'serves when it is the only writable server of the pool',
}

/** Any node may be written to, so that it takes more than that to become the writer. */
const NEXT_FOR_NODE: Readonly<Record<Standing, string>> = {
  in: 'leaves when it cannot be written to any more, and not because another comes back',
  soft_out: 'serves when the writer is gone, if no other node was started before it',
  hard_out: 'serves when the writer is gone, if no other node was started before it',
}

function describeFit(role: ServerRole | null, policy: PoolPolicy): string {
  if (role === 'galera') return `synced, with a receive queue of ${policy.recoverApplyQueue} or less`
  if (role === 'group member') return `ONLINE, with an applier queue of ${policy.recoverApplyQueue} or less`
  return `with a lag of ${formatDuration(policy.recoverLag)} or less`
}

function describeUnfit(role: ServerRole | null, policy: PoolPolicy): string {
  if (role === 'galera') return `not synced, or with a receive queue over ${policy.maxApplyQueue}`
  if (role === 'group member') return `not ONLINE, or with an applier queue over ${policy.maxApplyQueue}`
  return `with a lag over ${formatDuration(policy.maxLag)}`
}

function describeNext(pool: Pool, verdict: Verdict | null, role: ServerRole | null): string {
  if (verdict === null) return 'decided when every server of the pool has been read'
  if (pool.role === 'writer')
    return (role === 'galera' ? NEXT_FOR_NODE : NEXT_FOR_WRITER)[standingOf(verdict)]
  const { policy } = pool
  const returns = `returns after ${policy.rise} readings ${describeFit(role, policy)}`
  switch (verdict.reason.code) {
    case 'writer':
    case 'writer_fallback':
      return `${returns}, once it is not the writer`
    case 'blind':
      return 'decided anew when any server of the pool is seen again, or when the hold ends'
    case 'delayed':
      return 'never serves while the replication delay is set'
    case 'handover':
      return `leaves when the server that takes its place has been in for ${formatDuration(HANDOVER)}`
    case 'floor':
      return `${returns}; gives way when others do`
    default:
      if (standingOf(verdict) !== 'in') return returns
      return `leaves after ${policy.fall} readings ${describeUnfit(role, policy)}, or out of sight`
  }
}
