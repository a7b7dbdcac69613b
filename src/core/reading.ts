/** What one probe of one MySQL server learned, failures included. */

import type { MonotonicMs, Seconds } from './units.ts'

/**
 * Why a server could not be read.
 *
 * The first four mean that nobody answered; with the others a server did
 * answer, but not what we asked, so that its data may still be worth reading.
 */
export type UnseenCause =
  | 'timeout' // no answer before the deadline: mysqld hangs, or packets vanish
  | 'refused' // nobody listens on the port
  | 'unreachable' // no route, or the name does not resolve
  | 'lost' // the connection broke in the middle of a question
  | 'auth' // wrong user or password, or a TLS handshake that failed
  | 'grant' // a privilege is missing
  | 'too_many_connections' // max_connections reached, and no admin port answered
  | 'unexpected' // rows or errors that this version does not understand

/** One replication channel (MariaDB: connection), as the replica describes it. */
export interface Channel {
  /** Empty for the default channel. */
  readonly name: string
  readonly source: string
  readonly io: ThreadState
  readonly sql: ThreadState
  /** `Seconds_Behind_Source`; null when the server says NULL. */
  readonly lag: Seconds | null
  /** Intentional delay (`MASTER_DELAY`, `SOURCE_DELAY`); 0 for none. */
  readonly delay: Seconds
  /** The latest error of either thread; null when both are without. */
  readonly error: { readonly code: number; readonly text: string } | null
}

export type ThreadState = 'running' | 'connecting' | 'stopped'

/** What the heartbeat table says; `missing` when there is no row to compare with. */
export type Heartbeat =
  | { readonly kind: 'lag'; readonly seconds: Seconds }
  | { readonly kind: 'missing'; readonly text: string }

/** What a Galera node says of itself and of its cluster; names are those of `wsrep_` status and variables. */
export interface GaleraFacts {
  /** `wsrep_cluster_status` is `Primary`: this node is in the part that has quorum. */
  readonly isPrimaryComponent: boolean
  /** `wsrep_local_state`: 1 joining, 2 donor or desynced, 3 joined, 4 synced; 0 while it has none. */
  readonly localState: number
  /** `wsrep_local_state_comment`, for people. */
  readonly localStateComment: string
  readonly isReady: boolean
  readonly isConnected: boolean
  /** `wsrep_desync`: an operator took it out of flow control, so that it may lag. */
  readonly isDesynced: boolean
  /** `wsrep_reject_queries` is not `NONE`. */
  readonly rejectsQueries: boolean
  /** `wsrep_sst_donor_rejects_queries`: as a donor it serves nobody. */
  readonly donorRejectsQueries: boolean
  /** Share of the time in which flow control stopped replication, 0 to 1. */
  readonly flowControlPaused: number
  /** Write sets that were received and not yet applied. */
  readonly receiveQueue: number
  /** `pxc_maint_mode` of Percona XtraDB Cluster other than `DISABLED`; null without. */
  readonly maintenance: string | null
  readonly clusterSize: number
  /** Which history of writes this node has; two in one pool are two clusters. */
  readonly stateUuid: string
  /** Counts the views of the cluster: of two nodes the one with the higher has the later view. */
  readonly viewNumber: number
  /** `wsrep_last_committed`: grows with every write that this node has applied. */
  readonly lastCommitted: number
  /** Since mysqld was started, in whole seconds. */
  readonly uptime: Seconds
}

/** What `performance_schema.replication_group_members` of one member says. */
export interface GroupFacts {
  /** `group_replication_group_name`. */
  readonly name: string
  /** `server_uuid` of the member that was asked. */
  readonly self: string
  /** In the view of the member that was asked; itself included. */
  readonly members: readonly GroupMember[]
  /** Transactions that were certified and not yet applied here. */
  readonly applierQueue: number
  /** Transactions that wait for their certification. */
  readonly certificationQueue: number
}

export interface GroupMember {
  readonly id: string
  readonly address: string
  /** `ONLINE`, `RECOVERING`, `UNREACHABLE`, `OFFLINE` or `ERROR`. */
  readonly state: string
  readonly role: 'PRIMARY' | 'SECONDARY' | null
}

export interface Unseen {
  readonly kind: 'unseen'
  /** When the probe was started. */
  readonly at: MonotonicMs
  readonly cause: UnseenCause
  /** What happened, in words fit for HAProxy's stats page. */
  readonly text: string
}

export interface Seen {
  readonly kind: 'seen'
  /** When the probe was started: what it saw can be no older. */
  readonly at: MonotonicMs
  /** Neither `read_only` nor `super_read_only`. */
  readonly writable: boolean
  /** Empty for a server that replicates from nobody. */
  readonly channels: readonly Channel[]
  /** Null where no heartbeat table is configured. */
  readonly heartbeat: Heartbeat | null
  /** Null for a server without wsrep, or with wsrep off. */
  readonly galera: GaleraFacts | null
  /** Null for a server that is in no replication group. */
  readonly group: GroupFacts | null
}

export type Reading = Unseen | Seen

const SILENT: readonly UnseenCause[] = ['timeout', 'refused', 'unreachable', 'lost']

/** Did nobody answer at all, so that sending clients there would only fail? */
export function isSilent(reading: Reading): boolean {
  return reading.kind === 'unseen' && SILENT.includes(reading.cause)
}

/** What MySQL says a server is; `detached` is read-only and replicates from nobody. */
export type ServerRole = 'primary' | 'replica' | 'detached' | 'galera' | 'group member'

export function roleOf(reading: Seen): ServerRole {
  if (reading.galera !== null) return 'galera'
  if (reading.group !== null) return 'group member'
  if (reading.channels.length > 0) return 'replica'
  return reading.writable ? 'primary' : 'detached'
}
