import type { Seconds } from '../../src/core/units.ts'
import { eventually } from './eventually.ts'
import type { Lab } from './lab.ts'
import { type Mariadb, startMariadb } from './mariadb.ts'

export interface Account {
  readonly user: string
  readonly password: string
}

/** Everybody but root comes by TCP and has no more rights than the name says. */
export const accounts = {
  replication: { user: 'repl', password: 'repl-secret' },
  poolguard: { user: 'poolguard', password: 'poolguard-secret' },
  app: { user: 'app', password: 'app-secret' },
  heartbeat: { user: 'heartbeat', password: 'heartbeat-secret' },
} as const satisfies Readonly<Record<string, Account>>

/** `db1` begins as the primary, `db2` and so on as its read-only replicas. */
export interface Replication {
  readonly primary: Mariadb
  readonly replicas: readonly Mariadb[]
  readonly servers: readonly Mariadb[]
}

const SCHEMA = [
  'CREATE DATABASE shop',
  'CREATE TABLE shop.orders (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, at datetime(6) NOT NULL, note varchar(255) NOT NULL)',
  'CREATE DATABASE percona',
  `CREATE TABLE percona.heartbeat (
    ts varchar(26) NOT NULL, server_id int unsigned NOT NULL PRIMARY KEY,
    file varchar(255), position bigint unsigned,
    relay_master_log_file varchar(255), exec_master_log_pos bigint unsigned)`,
]

const GRANTS = [
  'GRANT REPLICATION REPLICA ON *.* TO repl',
  'GRANT REPLICA MONITOR ON *.* TO poolguard',
  'GRANT SELECT ON percona.heartbeat TO poolguard',
  'GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO app',
  'GRANT SELECT ON percona.heartbeat TO app',
  'GRANT SELECT, INSERT, UPDATE, DELETE ON percona.heartbeat TO heartbeat',
]

/** What makes an empty server the lab's: schema and accounts, with the grants that its dialect knows. */
export function seed(grants: readonly string[] = GRANTS): readonly string[] {
  return [
    ...SCHEMA,
    ...Object.values(accounts).map(
      ({ user, password }) => `CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY '${password}'`,
    ),
    ...grants.map((grant) => `${grant}@'127.0.0.1'`),
  ]
}

/** One primary and its GTID replicas, replicating and caught up. */
export async function startReplication(
  lab: Lab,
  options: { readonly replicas: number; readonly extraArgs?: readonly string[] },
): Promise<Replication> {
  const { replicas: count, extraArgs = [] } = options
  const servers = await Promise.all(
    Array.from({ length: count + 1 }, (_, index) =>
      startMariadb(lab, {
        name: `db${index + 1}`,
        serverId: index + 1,
        extraArgs: [...(index === 0 ? [] : ['--read-only=1']), ...extraArgs],
      }),
    ),
  )
  const [primary, ...replicas] = servers as [Mariadb, ...Mariadb[]]
  for (const statement of seed()) await primary.sql(statement)
  await Promise.all(replicas.map((replica) => follow(replica, primary)))
  await Promise.all(replicas.map((replica) => catchUp(replica, primary)))
  return { primary, replicas, servers }
}

/** Makes a server a read-only replica of another, from wherever its own GTIDs end. */
export async function follow(replica: Mariadb, primary: Mariadb): Promise<void> {
  const { user, password } = accounts.replication
  await replica.sql('SET GLOBAL read_only = 1')
  await replica.sql('STOP ALL SLAVES')
  await replica.sql(`CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${primary.port},
    MASTER_USER = '${user}', MASTER_PASSWORD = '${password}',
    MASTER_USE_GTID = current_pos, MASTER_CONNECT_RETRY = 1, MASTER_HEARTBEAT_PERIOD = 1`)
  await replica.sql('START SLAVE')
}

/** Makes a replica a primary: it forgets its source and takes writes. */
async function promote(replica: Mariadb): Promise<void> {
  await replica.sql('STOP ALL SLAVES')
  await replica.sql('RESET SLAVE ALL')
  await replica.sql('SET GLOBAL read_only = 0')
}

/** A planned switchover without lost writes, as an operator or orchestrator does it. */
export async function switchOver(servers: readonly Mariadb[], from: Mariadb, to: Mariadb): Promise<void> {
  await from.sql('SET GLOBAL read_only = 1')
  await catchUp(to, from)
  await promote(to)
  await Promise.all(servers.filter((server) => server !== to).map((server) => follow(server, to)))
}

/** Waits until a replica has applied all that its primary had written when this was called. */
export async function catchUp(replica: Mariadb, primary: Mariadb, deadline: Seconds = 10): Promise<void> {
  const [wanted] = await primary.sql<{ position: string }>('SELECT @@gtid_binlog_pos AS position')
  await eventually(`${replica.name} to catch up with ${primary.name}`, deadline, async () => {
    const waited = await replica.sql('SELECT MASTER_GTID_WAIT(?, 1) AS status', [wanted?.position])
    if (waited[0]?.['status'] === 0) return true
    const [status] = await replica.sql('SHOW ALL SLAVES STATUS')
    throw new Error(`it is not there yet: ${JSON.stringify(status)}`)
  })
}
