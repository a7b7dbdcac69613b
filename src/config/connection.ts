/** How one server is asked: its own settings, else those in `mysql`, else the defaults. */

import type { MysqlTarget } from '../ports.ts'
import { DEFAULTS } from './defaults.ts'
import type { DraftMysql } from './draft.ts'
import { secondsOf } from './fields.ts'

/** What is not a secret and needs no file. */
export type Connection = Pick<MysqlTarget, 'user' | 'pollInterval' | 'timeout' | 'heartbeat' | 'adminPort'>

export function resolveConnection(server: DraftMysql, mysql: DraftMysql): Connection {
  const heartbeat = server.heartbeat ?? mysql.heartbeat ?? false
  return {
    user: server.user ?? mysql.user ?? DEFAULTS.user,
    pollInterval: server.poll_interval ?? mysql.poll_interval ?? secondsOf(DEFAULTS.poll_interval),
    timeout: server.timeout ?? mysql.timeout ?? secondsOf(DEFAULTS.timeout),
    heartbeat: heartbeat === false ? null : { table: heartbeat.table, utc: heartbeat.utc ?? true },
    adminPort: server.admin_port ?? mysql.admin_port ?? null,
  }
}
