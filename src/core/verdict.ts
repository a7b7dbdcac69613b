/** What we decide about one server of one pool, and the words for it. */

import type { PoolName, ServerName } from './pool.ts'
import type { Percent, WallMs } from './units.ts'

/**
 * Why a verdict is what it is, for machines. Stable: dashboards and scripts
 * compare them.
 */
export type ReasonCode =
  | 'ok' // fit, full weight
  | 'ramp' // fit, weight still climbing after a return
  | 'rising' // fit, but not for long enough yet
  | 'lag' // behind by more than the limit
  | 'lag_unknown' // threads run, but the server says NULL
  | 'heartbeat_missing' // a heartbeat is configured and there is none to compare with
  | 'replication_stopped' // a replication thread does not run
  | 'delayed' // replicates late on purpose
  | 'donor' // a Galera node that feeds another, or was desynced on purpose
  | 'apply_queue' // too much was received and not yet applied
  | 'not_synced' // a Galera node that cannot serve now
  | 'maintenance' // pxc_maint_mode
  | 'not_online' // a group member that is not ONLINE
  | 'minority' // a group member that reaches no majority of its group
  | 'view_denied' // most peers know of a later view of the cluster
  | 'detached' // read-only, and replicates from nobody
  | 'unreachable' // nobody answers
  | 'unreadable' // the server answers, but not what we asked
  | 'stale' // the last reading is too old to say anything about now
  | 'writer' // the writer: in a reader pool, at its configured weight
  | 'not_writer' // another server is the writer
  | 'no_writer' // no server of the pool is writable
  | 'split_brain' // more than one server is writable
  | 'floor' // unfit, kept because the pool would be left with too few
  | 'handover' // unfit, kept until the one that takes its place is known to HAProxy
  | 'writer_fallback' // the writer, because no other server is left to read from
  | 'blind' // sight of every server was lost at once: the last verdict is held

export interface Reason {
  readonly code: ReasonCode
  /** Shown verbatim in HAProxy's stats, the HTTP body, the log, the CLI and the API. */
  readonly text: string
}

/** `up` with weight 0 is softly out: no new connections, running ones finish. */
export interface Verdict {
  readonly state: 'up' | 'down'
  readonly weightPercent: Percent
  readonly reason: Reason
}

/** A verdict in one word, as metrics and exit statuses need it. */
export type Standing = 'in' | 'soft_out' | 'hard_out'

export interface Transition {
  readonly pool: PoolName
  readonly server: ServerName
  /** Null for the first verdict that this server ever had. */
  readonly from: Verdict | null
  readonly to: Verdict
  readonly at: WallMs
}

export function standingOf(verdict: Verdict): Standing {
  if (verdict.state === 'down') return 'hard_out'
  return verdict.weightPercent > 0 ? 'in' : 'soft_out'
}

export function up(weightPercent: Percent, code: ReasonCode, text: string): Verdict {
  return { state: 'up', weightPercent, reason: { code, text } }
}

export function down(code: ReasonCode, text: string): Verdict {
  return { state: 'down', weightPercent: 0, reason: { code, text } }
}

/**
 * Is this worth telling? A new standing or a new kind of reason is; a lag that
 * moved by a tenth of a second, or a ramp that climbed a step, is not.
 */
export function isTransition(from: Verdict | null, to: Verdict): boolean {
  return from === null || standingOf(from) !== standingOf(to) || from.reason.code !== to.reason.code
}

/** Nothing that anybody could see differs. */
export function isSameVerdict(a: Verdict, b: Verdict): boolean {
  return (
    a.state === b.state &&
    a.weightPercent === b.weightPercent &&
    a.reason.code === b.reason.code &&
    a.reason.text === b.reason.text
  )
}
