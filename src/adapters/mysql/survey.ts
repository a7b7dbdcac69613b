import type { Heartbeat, Seen } from '../../core/reading.ts'
import type { MysqlTarget } from '../../ports.ts'
import { parseChannels } from './channels.ts'
import type { MysqlConnection } from './connection.ts'
import { chooseDialect, type Dialect } from './dialect.ts'
import {
  explainHeartbeatError,
  formatHeartbeatStatement,
  type HeartbeatTable,
  parseHeartbeat,
} from './heartbeat.ts'
import { formatReadOnlyStatement, parseWritable } from './read-only.ts'
import { parseVersion, VERSION_STATEMENT } from './version.ts'

/** Asks a server how it wants to be asked. The answer holds for the whole connection. */
export async function identifyServer(connection: MysqlConnection): Promise<Dialect> {
  const [row] = await connection.ask(VERSION_STATEMENT, 'SELECT VERSION()')
  return chooseDialect(parseVersion(row))
}

/** Everything that a reading holds, one statement after the other; throws at the first that fails. */
export async function surveyServer(
  connection: MysqlConnection,
  dialect: Dialect,
  table: MysqlTarget['heartbeat'],
): Promise<Omit<Seen, 'kind' | 'at'>> {
  const variables = dialect.readOnlyVariables
  const [row] = await connection.ask(formatReadOnlyStatement(variables), 'SELECT @@global.read_only')
  const channels = parseChannels(await connection.ask(dialect.replicationStatement), dialect)
  return {
    writable: parseWritable(row, variables),
    channels,
    // a primary writes the heartbeat and has nothing to compare it with
    heartbeat: table === null || channels.length === 0 ? null : await askHeartbeat(connection, table),
  }
}

async function askHeartbeat(connection: MysqlConnection, table: HeartbeatTable): Promise<Heartbeat> {
  try {
    const [row] = await connection.ask(formatHeartbeatStatement(table), 'the heartbeat statement')
    return parseHeartbeat(row, table)
  } catch (error) {
    const heartbeat = explainHeartbeatError(error, table)
    if (heartbeat === null) throw error
    return heartbeat
  }
}
