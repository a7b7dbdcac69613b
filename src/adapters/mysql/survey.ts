import type { GaleraFacts, GroupFacts, Heartbeat, Seen } from '../../core/reading.ts'
import type { MysqlTarget } from '../../ports.ts'
import { parseChannels } from './channels.ts'
import type { MysqlConnection } from './connection.ts'
import { GALERA_STATUS_STATEMENT, parseGalera } from './galera.ts'
import {
  explainGroupError,
  GROUP_VARIABLES,
  MEMBER_STATS_STATEMENT,
  MEMBERS_STATEMENT,
  parseGroup,
} from './group.ts'
import {
  explainHeartbeatError,
  formatHeartbeatStatement,
  type HeartbeatTable,
  parseHeartbeat,
} from './heartbeat.ts'
import type { Identity } from './identity.ts'
import { parsePairs } from './pairs.ts'
import { formatVariablesStatement, parseWritable } from './read-only.ts'
import type { Row } from './row.ts'

/** Everything that a reading holds, one statement after the other; throws at the first that fails. */
export async function surveyServer(
  connection: MysqlConnection,
  { dialect, galera, isGroupMember }: Identity,
  table: MysqlTarget['heartbeat'],
): Promise<Omit<Seen, 'kind' | 'at'>> {
  const readOnly = dialect.readOnlyVariables
  const names = [...readOnly, ...(galera ?? []), ...(isGroupMember ? GROUP_VARIABLES : [])]
  const [variables] = await connection.ask(formatVariablesStatement(names), 'SELECT @@global.read_only')
  const channels = parseChannels(await connection.ask(dialect.replicationStatement), dialect)
  return {
    writable: parseWritable(variables, readOnly),
    channels,
    galera: galera === null ? null : await askGalera(connection, variables),
    group: isGroupMember ? await askGroup(connection, variables) : null,
    // a primary writes the heartbeat and has nothing to compare it with
    heartbeat: table === null || channels.length === 0 ? null : await askHeartbeat(connection, table),
  }
}

async function askGalera(connection: MysqlConnection, variables: Row = {}): Promise<GaleraFacts> {
  const status = await connection.ask(GALERA_STATUS_STATEMENT, 'SHOW STATUS')
  return parseGalera(parsePairs(status), variables)
}

async function askGroup(connection: MysqlConnection, variables: Row = {}): Promise<GroupFacts> {
  const ask = async (statement: string) => {
    try {
      return await connection.ask(statement)
    } catch (error) {
      throw explainGroupError(error)
    }
  }
  const members = await ask(MEMBERS_STATEMENT)
  return parseGroup(variables, members, await ask(MEMBER_STATS_STATEMENT))
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
