import type { MysqlConnection } from './connection.ts'
import { chooseDialect, type Dialect } from './dialect.ts'
import { createNotReplicating, GALERA_VARIABLES, isReplicating, namesProvider } from './galera.ts'
import { namesGroup } from './group.ts'
import { formatShow, parsePairs } from './pairs.ts'
import { requireSwitch } from './required.ts'
import type { Row } from './row.ts'
import { findServerError } from './server-error.ts'
import { parseVersion, VERSION_STATEMENT } from './version.ts'

/** What a server is, as opposed to how it fares. */
export interface Identity {
  readonly dialect: Dialect
  /** Which of `GALERA_VARIABLES` it has; null for a server that is no node of a Galera cluster. */
  readonly galera: readonly string[] | null
  readonly isGroupMember: boolean
}

/** Asks for all at once, since a server answers without those that it does not have. */
const CLUSTER_STATEMENT = formatShow('GLOBAL VARIABLES', [
  'group_replication_group_name',
  'wsrep_provider',
  'wsrep_sync_wait',
  ...GALERA_VARIABLES,
])

/**
 * With `wsrep_sync_wait` on, a node that lags lets every question wait until it
 * has caught up, ours too, and one that is non-Primary refuses them all, even
 * `SELECT VERSION()`, with 1205 (seen with 10.11).
 */
const STOP_WAITING = 'SET SESSION wsrep_sync_wait = 0'
const CLUSTER_IS_LOST = 1205

/** Asks a server how it wants to be asked: two statements, more for nodes of Galera clusters with odd settings. */
export async function identifyServer(connection: MysqlConnection): Promise<Identity> {
  const [row] = await askVersion(connection)
  const dialect = chooseDialect(parseVersion(row))
  const variables = parsePairs(await connection.ask(CLUSTER_STATEMENT, 'SHOW GLOBAL VARIABLES'))
  const isGroupMember = namesGroup(variables)
  if (!(await isGaleraNode(connection, variables))) return { dialect, galera: null, isGroupMember }
  await stopWaiting(connection, variables)
  return { dialect, galera: GALERA_VARIABLES.filter((name) => name in variables), isGroupMember }
}

/** The first statement of a connection, which finds out whether our questions are answered at all. */
async function askVersion(connection: MysqlConnection): Promise<readonly Row[]> {
  const ask = () => connection.ask(VERSION_STATEMENT, 'SELECT VERSION()')
  try {
    return await ask()
  } catch (error) {
    if (findServerError(error)?.number !== CLUSTER_IS_LOST) throw error
    await connection.tell(STOP_WAITING)
    return ask()
  }
}

/** MariaDB's packages name a library and leave `wsrep_on` off, which is no cluster unless it is connected to one. */
async function isGaleraNode(connection: MysqlConnection, variables: Row): Promise<boolean> {
  if (!namesProvider(variables)) return false
  if (isReplicating(variables)) return true
  const status = parsePairs(await connection.ask(formatShow('STATUS', ['wsrep_connected']), 'SHOW STATUS'))
  if (requireSwitch(status, 'wsrep_connected')) throw createNotReplicating()
  return false
}

async function stopWaiting(connection: MysqlConnection, variables: Row): Promise<void> {
  if ((variables['wsrep_sync_wait'] ?? '0') === '0') return
  await connection.tell(STOP_WAITING)
}
