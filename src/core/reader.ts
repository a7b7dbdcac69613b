/** One server of a reader pool, before the rest of its pool is looked at. */

import { type Damping, damp, rampWeight } from './damping.ts'
import { judgeGalera } from './galera.ts'
import { judgeGroupMember } from './group.ts'
import { type Judgement, type Unfit, unfit } from './judgement.ts'
import { formatLag, weightForLag } from './lag.ts'
import type { PoolPolicy } from './pool.ts'
import { isSilent, type Reading, roleOf } from './reading.ts'
import { judgeReplica } from './replica.ts'
import { type Sight, stalenessOf } from './sight.ts'
import { elapsed, formatDuration, type MonotonicMs, type Seconds } from './units.ts'
import { down, up, type Verdict } from './verdict.ts'
import { OUTDATED } from './views.ts'

/** What a server would be given if it were alone in the world. */
export interface Draft {
  readonly verdict: Verdict
  readonly damping: Damping
  readonly isWriter: boolean
  /** How old its data is at the most, if the floor may keep it; null if it must not. */
  readonly staleness: Seconds | null
}

/** What is known of a server beside its past in this pool. */
export interface ReaderFacts {
  readonly sight: Sight
  /** A writer pool has it as its writer. */
  readonly isChosenWriter: boolean
  /** Most of its peers know of a later view of their cluster. */
  readonly isOutdated: boolean
}

const DENIED = unfit('view_denied', OUTDATED, true, null)

/** Role first, then health, then whether that has been so for long enough. */
export function draftReader(
  { sight, isChosenWriter, isOutdated }: ReaderFacts,
  before: Damping | null,
  policy: PoolPolicy,
  now: MonotonicMs,
): Draft {
  const { reading } = sight
  const judgement: Judgement = isOutdated ? DENIED : judgeReader(sight, policy, before?.in ?? true, now)
  if (reading?.kind === 'seen' && !isStale(reading, policy, now)) {
    const role = roleOf(reading)
    if (role === 'primary') return draftWriter(reading.at, policy)
    if (isChosenWriter && role !== 'replica' && judgement.fit) return draftWriter(reading.at, policy)
  }
  const observation = {
    fit: judgement.fit,
    at: reading?.at ?? now,
    urgent: !judgement.fit && judgement.urgent,
  }
  const damping = damp(before, observation, policy, now)
  return {
    verdict: judgement.fit
      ? fitVerdict(judgement, damping, policy, now)
      : unfitVerdict(judgement, damping, policy, now),
    damping,
    isWriter: false,
    staleness: judgement.fit ? judgement.lag : judgement.staleness,
  }
}

/**
 * Health of a server that is not the writer. Unknown is never fit. A failure
 * stays one however old it is; what was seen says nothing after `maxAge`.
 */
export function judgeReader(sight: Sight, policy: PoolPolicy, wasIn: boolean, now: MonotonicMs): Judgement {
  const { reading } = sight
  const staleness = stalenessOf(sight, now)
  if (reading === null) {
    return { fit: false, code: 'stale', text: 'no reading yet', hard: true, urgent: true, staleness: null }
  }
  if (reading.kind === 'unseen') {
    const silent = isSilent(reading)
    return {
      fit: false,
      code: silent ? 'unreachable' : 'unreadable',
      text: reading.text,
      hard: silent,
      urgent: false,
      staleness: silent ? null : staleness,
    }
  }
  if (isStale(reading, policy, now)) {
    const age = formatLag(elapsed(reading.at, now))
    const text = `last reading ${age} old, over ${formatDuration(policy.maxAge)}`
    return { fit: false, code: 'stale', text, hard: false, urgent: true, staleness }
  }
  if (reading.galera !== null) return judgeGalera(reading.galera, policy, wasIn, staleness)
  if (reading.group !== null) return judgeGroupMember(reading.group, policy, wasIn, staleness)
  if (reading.channels.length > 0) return judgeReplica(sight, reading, policy, wasIn, now)
  const text = 'read-only, and replicates from nobody'
  return { fit: false, code: 'detached', text, hard: false, urgent: false, staleness: null }
}

function isStale(reading: Reading, policy: PoolPolicy, now: MonotonicMs): boolean {
  return elapsed(reading.at, now) > policy.maxAge
}

/** Out for the damping, so that a demoted writer must rise and ramp like any replica. */
function draftWriter(at: MonotonicMs, policy: PoolPolicy): Draft {
  const text = policy.writerWeight > 0 ? 'the writer' : 'the writer, which takes no reads here'
  return {
    verdict: up(policy.writerWeight, 'writer', text),
    damping: { in: false, streak: 0, countedAt: at, rampSince: null },
    isWriter: true,
    staleness: null,
  }
}

function fitVerdict(
  judgement: Judgement & { fit: true },
  damping: Damping,
  policy: PoolPolicy,
  now: MonotonicMs,
): Verdict {
  if (!damping.in) {
    return up(0, 'rising', `${judgement.text}, ${damping.streak} of ${policy.rise} good readings`)
  }
  const ramp = rampWeight(damping.rampSince, policy.ramp, now)
  const weight = Math.min(ramp, weightForLag(judgement.lag, policy))
  return ramp < 100 ? up(weight, 'ramp', `${judgement.text}, ramping`) : up(weight, 'ok', judgement.text)
}

function unfitVerdict(judgement: Unfit, damping: Damping, policy: PoolPolicy, now: MonotonicMs): Verdict {
  if (!damping.in) {
    return judgement.hard ? down(judgement.code, judgement.text) : up(0, judgement.code, judgement.text)
  }
  const ramp = rampWeight(damping.rampSince, policy.ramp, now)
  const text = `${judgement.text}, ${damping.streak} of ${policy.fall} bad readings`
  return up(ramp, ramp < 100 ? 'ramp' : 'ok', text)
}
