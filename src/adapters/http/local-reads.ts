/**
 * Local mode: may this server be read from?
 *
 * A reading that is too old, or saw nothing, never passes, whatever the pools
 * hold on to: who asks here has a `fall` of its own to bridge that.
 */

import { formatLag } from '../../core/lag.ts'
import { formatDuration, type Seconds } from '../../core/units.ts'
import { type ReasonCode, standingOf, type Verdict } from '../../core/verdict.ts'
import {
  findKindest,
  isIn,
  isWriter,
  type LocalAnswer,
  type LocalMember,
  type LocalServer,
  objectToReading,
} from './local-server.ts'

type Judge = (member: LocalMember, verdict: Verdict) => LocalAnswer

const WRITER: LocalAnswer = { status: 404, text: 'the writer, not a replica' }
const NO_READER_POOL: LocalAnswer = { status: 503, text: 'in no reader pool' }

/** Out on purpose: GitHub's 404, "no error on my side, but don't send traffic". */
const ON_PURPOSE: readonly ReasonCode[] = ['delayed', 'maintenance']

/** In service, although not fit. */
const KEPT: readonly ReasonCode[] = ['floor', 'handover', 'blind']

/** What is wrong is only how old the data is. */
const OLD_DATA: readonly ReasonCode[] = [
  'lag',
  'lag_unknown',
  'heartbeat_missing',
  'replication_stopped',
  'apply_queue',
  'rising',
]

/**
 * `/check-lag` of GitHub's script: 200 for a replica in service, 404 for the
 * master and for one that is out on purpose, 503 for all the rest: lag over the
 * limit, a lag that is no number, nobody answers.
 *
 * The limit is the pool's, with its `rise`, `fall` and `recover_lag`, which
 * GitHub's has not. What the pool only keeps for want of better (the floor)
 * does not pass: this setup's HAProxy counts the rest itself, and then asks
 * `/ignore-lag`. The hint files have no counterpart.
 */
export function answerCheckLag(server: LocalServer): LocalAnswer {
  return answerOfReplica(server, (member, verdict) => {
    const { text, code } = verdict.reason
    if (ON_PURPOSE.includes(code)) return { status: 404, text }
    if (KEPT.includes(code)) return { status: 503, text }
    if (!isIn(member)) return { status: 503, text }
    if (isLagUnknown(member, member.view.lag)) return { status: 503, text: `lag unknown: ${text}` }
    return { status: 200, text }
  })
}

/** `/ignore-lag`: the same for a backup pool, where old data is better than none, however old. */
export function answerIgnoreLag(server: LocalServer): LocalAnswer {
  return answerOfReplica(server, (member, verdict) => {
    const { text, code } = verdict.reason
    if (ON_PURPOSE.includes(code)) return { status: 404, text }
    if (OLD_DATA.includes(code)) return { status: 200, text: `${text}; lag does not count here` }
    return { status: isIn(member) ? 200 : 503, text }
  })
}

/**
 * `/replica`, in Patroni's words: in service in a reader pool, those that its
 * floor keeps included, as long as it is known how old their data can be.
 *
 * `maxLag` null asks no more than that. Patroni's `?lag=` counts bytes, and one
 * that it cannot parse it ignores; ours is a duration by another name, so that
 * neither is taken for the other. Softly out is 404, where Patroni says 503:
 * without `disable-on-404` HAProxy treats both alike.
 */
export function answerReplica(server: LocalServer, maxLag: Seconds | null): LocalAnswer {
  return answerOfReplica(server, (member, verdict) => {
    const { text } = verdict.reason
    if (!isIn(member)) return { status: standingOf(verdict) === 'hard_out' ? 503 : 404, text }
    const objection = maxLag === null ? objectToUnknown(member, text) : objectToLag(member, maxLag)
    return objection === null ? { status: 200, text } : { status: 404, text: objection }
  })
}

/**
 * `/read-only`: a replica as above, or the writer, whatever weight its pools
 * give it as a reader. Patroni passes every replica that runs, however late.
 */
export function answerReadOnly(server: LocalServer): LocalAnswer {
  const replica = answerReplica(server, null)
  return replica === WRITER ? { status: 200, text: 'the writer' } : replica
}

function answerOfReplica(server: LocalServer, judge: Judge): LocalAnswer {
  const members = [...server.readers, ...server.writers]
  const readable = members.filter((member) => objectToReading(member) === null)
  if (readable.length > 0 && isWriter(server)) return WRITER
  return findKindest(
    server.readers.map((member) => judgeMember(member, judge)),
    NO_READER_POOL,
  )
}

function judgeMember(member: LocalMember, judge: Judge): LocalAnswer {
  const objection = objectToReading(member)
  if (objection !== null) return { status: 503, text: objection }
  const { verdict } = member.view
  return verdict === null ? { status: 503, text: 'no reading yet' } : judge(member, verdict)
}

/** Nodes of a Galera cluster or a group have no lag but a queue, which their pool has judged. */
function isLagUnknown({ view }: LocalMember, known: Seconds | null): boolean {
  return view.role === 'replica' && known === null
}

function objectToUnknown(member: LocalMember, text: string): string | null {
  return isLagUnknown(member, member.view.lag ?? member.view.staleness) ? `lag unknown: ${text}` : null
}

function objectToLag({ view }: LocalMember, maxLag: Seconds): string | null {
  if (view.lag === null) return `lag unknown, asked for at most ${formatDuration(maxLag)}`
  if (view.lag <= maxLag) return null
  return `lag ${formatLag(view.lag)} over the ${formatDuration(maxLag)} asked for`
}
