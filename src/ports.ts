/** The outside world on one page: what the loops in `app` ask of the adapters. */

import type { Explanation } from './core/explain.ts'
import type { FleetState } from './core/fleet.ts'
import type { PoolName, ServerName } from './core/pool.ts'
import type { Reading } from './core/reading.ts'
import type { Snapshot } from './core/snapshot.ts'
import type { Instant, Seconds } from './core/units.ts'
import type { Transition } from './core/verdict.ts'

/** Both clocks and the timer, so that tests can turn them by hand. */
export interface Clock {
  now(): Instant
  /** Calls back once, `ms` from now; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void
}

/** Where one MySQL server is and how to ask it. */
export interface MysqlTarget {
  readonly name: ServerName
  readonly host: string
  readonly port: number
  /** MariaDB `extra_port`, MySQL `admin_port`: tried when `max_connections` is reached. */
  readonly adminPort: number | null
  readonly user: string
  readonly password: string
  readonly pollInterval: Seconds
  /** One deadline for a whole reading, connecting included. */
  readonly timeout: Seconds
  /** A table in pt-heartbeat's layout; `utc` as its `--utc`. */
  readonly heartbeat: { readonly table: string; readonly utc: boolean } | null
  readonly tls: MysqlTls | null
}

/** PEM texts, not paths; `verify: false` accepts any certificate. */
export interface MysqlTls {
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
  readonly verify: boolean
}

/** Asks one MySQL server what it is and how far it lags. */
export interface Probe {
  /** Never rejects: what goes wrong is a reading too. Calls do not overlap. */
  read(): Promise<Reading>
  /** Drops the kept connection. A read under way ends as unseen. */
  close(): void
}

/** Told of everything that happens, in the order in which it happened. Must not throw. */
export interface Observer {
  onReading?(server: ServerName, reading: Reading, tookSeconds: number): void
  onSnapshot?(snapshot: Snapshot, tookSeconds: number): void
  onTransition?(transition: Transition): void
}

/** Where verdicts and damping outlive the process. */
export interface StateStore {
  /** What was saved last; null when there is nothing to trust, which it reports itself. */
  load(now: Instant): FleetState | null
  /** Resolves when this state, or a later one, is safe. Never rejects: it reports. */
  save(state: FleetState, now: Instant): Promise<void>
}

/** What those who answer questions may ask the daemon; nothing here waits for MySQL. */
export interface FleetReader {
  /** Of the whole cluster, for humans. */
  readonly cluster: string
  /** The current one; replaced as a whole, never changed. */
  snapshot(): Snapshot
  /** Null for a server or pool that is not configured. */
  explain(pool: PoolName, server: ServerName): Explanation | null
  /** Whether every server has had its first reading. */
  isReady(): boolean
}

/** What the daemon did with a configuration that it was told to read again. */
export type ReloadOutcome =
  | { readonly ok: true; readonly warnings: readonly string[] }
  /** Nothing was changed. Each problem is one sentence with file:line:column. */
  | { readonly ok: false; readonly problems: readonly string[] }
