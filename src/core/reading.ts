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
}

export type Reading = Unseen | Seen

const SILENT: readonly UnseenCause[] = ['timeout', 'refused', 'unreachable', 'lost']

/** Did nobody answer at all, so that sending clients there would only fail? */
export function isSilent(reading: Reading): boolean {
  return reading.kind === 'unseen' && SILENT.includes(reading.cause)
}

/** What MySQL says a server is; `detached` is read-only and replicates from nobody. */
export type ServerRole = 'primary' | 'replica' | 'detached'

export function roleOf(reading: Seen): ServerRole {
  if (reading.channels.length > 0) return 'replica'
  return reading.writable ? 'primary' : 'detached'
}
