import type { Lab } from './lab.ts'
import type { Mariadb } from './mariadb.ts'
import { accounts } from './replication.ts'
import { connect } from './sql.ts'

export interface Heartbeat {
  /** Returns when the last beat has been written or given up. */
  stop(): Promise<void>
}

/** The row that pt-heartbeat writes with `--utc --replace`. */
const BEAT = `REPLACE INTO percona.heartbeat (ts, server_id)
  VALUES (date_format(utc_timestamp(6), '%Y-%m-%dT%H:%i:%s.%f'), @@server_id)`

/**
 * Writes a heartbeat as long as the server takes it, without the rights to
 * write to a read-only one: as with pt-heartbeat, a demoted primary's beat
 * stops by itself. Errors are what the lab is for, so it goes on.
 */
export function startHeartbeat(
  lab: Lab,
  server: Mariadb,
  options: { readonly intervalMs?: number } = {},
): Heartbeat {
  const { intervalMs = 100 } = options
  const login = { host: '127.0.0.1', port: server.port, ...accounts.heartbeat, connectTimeout: 1000 }
  let stopped = false
  let connection = connect(login)
  let timer: NodeJS.Timeout | undefined
  let beating = beat()

  async function beat(): Promise<void> {
    try {
      await (await connection).query({ sql: BEAT, timeout: 1000 })
    } catch {
      drop()
      if (!stopped) connection = connect(login)
    }
    if (stopped) return
    timer = setTimeout(() => {
      beating = beat()
    }, intervalMs)
  }

  function drop(): void {
    connection.then((open) => open.destroy()).catch(() => {})
  }

  function end(): void {
    stopped = true
    clearTimeout(timer)
    drop()
  }

  lab.onClose(end)
  return {
    async stop() {
      stopped = true
      await beating
      end()
    },
  }
}
