import { setTimeout as pause } from 'node:timers/promises'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import type { Lab } from './lab.ts'
import { type Account, accounts } from './replication.ts'
import { connect } from './sql.ts'
import { createTally, type Report, type Tally } from './tally.ts'

export interface LoadOptions {
  /** HAProxy's ports on 127.0.0.1; `null` for no such clients. */
  readonly readPort: number | null
  readonly writePort: number | null
  readonly account?: Account
  /** `short`: a new connection for each statement; `kept`: one a client, until it fails. */
  readonly connections?: 'short' | 'kept'
  readonly readers?: number
  readonly writers?: number
  /** Between a client's statements; after a failure at least 10 ms. */
  readonly pauseMs?: number
  /** For connecting, and again for the statement. */
  readonly timeoutMs?: number
  readonly readSql?: string
  readonly writeSql?: string
}

export interface LoadReport {
  readonly reads: Report
  readonly writes: Report
}

export interface Load {
  /** Since the last report, or the start. */
  report(): LoadReport
  /** Since the start. */
  total(): LoadReport
  /** Lets every client finish its statement; then the total. */
  stop(): Promise<LoadReport>
}

interface Answer {
  readonly serverId: number
  readonly staleSeconds?: number | null
}

/** MySQL has no RETURNING: its writes do not say who took them. */
const NOBODY: Answer = { serverId: 0 }

/** Both answer `serverId`; a read also `staleSeconds`, or nothing of the kind. */
const READ = `SELECT @@server_id AS serverId,
  timestampdiff(microsecond, max(ts), utc_timestamp(6)) / 1000000 AS staleSeconds FROM percona.heartbeat`
const WRITE = `INSERT INTO shop.orders (at, note) VALUES (utc_timestamp(6), 'lab') RETURNING @@server_id AS serverId`

/**
 * Clients of the application, each in a loop of its own. A statement counts as
 * done when its rows came, and as failed otherwise, failure to connect included.
 */
export function startLoad(lab: Lab, options: LoadOptions): Load {
  const { readPort, writePort, readers = 4, writers = 1, readSql = READ, writeSql = WRITE } = options
  const reads = createLedger()
  const writes = createLedger()
  const stopping = new AbortController()

  const clients = [
    ...(readPort === null
      ? []
      : repeat(readers, () => run(readPort, readSql, reads, options, stopping.signal))),
    ...(writePort === null
      ? []
      : repeat(writers, () => run(writePort, writeSql, writes, options, stopping.signal))),
  ]
  const total = () => ({ reads: reads.total.report(), writes: writes.total.report() })

  lab.onClose(() => stopping.abort())
  return {
    report: () => ({ reads: reads.turnPage(), writes: writes.turnPage() }),
    total,
    async stop() {
      stopping.abort()
      await Promise.all(clients)
      return total()
    },
  }
}

async function run(
  port: number,
  sql: string,
  ledger: Ledger,
  options: LoadOptions,
  stopping: AbortSignal,
): Promise<void> {
  const { account = accounts.app, connections = 'short', pauseMs = 10, timeoutMs = 5000 } = options
  let connection: Connection | null = null
  while (!stopping.aborted) {
    const started = performance.now()
    let failed = false
    try {
      connection ??= await connect({ host: '127.0.0.1', port, ...account, connectTimeout: timeoutMs })
      const [rows] = await connection.query<RowDataPacket[]>({ sql, timeout: timeoutMs })
      const { serverId, staleSeconds = null } = (Array.isArray(rows) ? rows[0] : NOBODY) as Answer
      ledger.succeed(serverId, performance.now() - started, staleSeconds)
      if (connections === 'short') connection.end().catch(() => {})
    } catch (error) {
      failed = true
      connection?.destroy()
      ledger.fail(describe(error as NodeJS.ErrnoException))
    }
    if (failed || connections === 'short') connection = null
    await pause(failed ? Math.max(pauseMs, 10) : pauseMs, null, { signal: stopping }).catch(() => {})
  }
  connection?.destroy()
}

function describe(error: NodeJS.ErrnoException): string {
  return error.code === undefined ? error.message : `${error.code}: ${error.message}`
}

interface Ledger extends Omit<Tally, 'report'> {
  readonly total: Tally
  turnPage(): Report
}

/** Books everything twice: for the next report and for the total. */
function createLedger(): Ledger {
  const total = createTally()
  let page = createTally()
  return {
    total,
    succeed(...facts) {
      total.succeed(...facts)
      page.succeed(...facts)
    },
    fail(text) {
      total.fail(text)
      page.fail(text)
    },
    turnPage() {
      const report = page.report()
      page = createTally()
      return report
    },
  }
}

function repeat<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make)
}
