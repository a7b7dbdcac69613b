import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Seconds } from '../../src/core/units.ts'
import { eventually } from './eventually.ts'
import type { Lab } from './lab.ts'
import type { Mariadb, MariadbOptions } from './mariadb.ts'
import { mysqld, mysqlTemplate } from './mysql-install.ts'
import { freePort } from './ports.ts'
import { startProcess } from './process.ts'
import { accounts } from './replication.ts'
import { keepConnection } from './sql.ts'

/** A real MySQL on 127.0.0.1, of whatever version Debian unstable has; `sql` is root's, by the unix socket. */
export type Mysql = Mariadb

/** `db1` begins as the primary, `db2` and so on as its read-only replicas. */
export interface MysqlReplication {
  readonly primary: Mysql
  readonly replicas: readonly Mysql[]
  readonly servers: readonly Mysql[]
}

/** 200 MB a server and not 350; without performance_schema no replica knows how late it is. */
const SMALL = [
  '--innodb-flush-log-at-trx-commit=2',
  '--sync-binlog=0',
  '--innodb-buffer-pool-size=32M',
  '--innodb-redo-log-capacity=16M',
  '--innodb-fast-shutdown=2',
  '--max-connections=300',
  '--table-open-cache=200',
  '--table-definition-cache=400',
  '--performance-schema-digests-size=100',
  '--performance-schema-error-size=0',
  '--performance-schema-max-digest-length=64',
  '--performance-schema-max-memory-classes=0',
  '--performance-schema-max-mutex-instances=2000',
  '--performance-schema-max-sql-text-length=64',
  '--performance-schema-max-statement-classes=0',
  '--performance-schema-max-table-handles=200',
  '--performance-schema-max-table-instances=300',
  '--performance-schema-max-thread-instances=200',
  '--performance-schema-events-statements-history-long-size=10',
  '--innodb-log-buffer-size=1M',
]

const REPLICATION = [
  '--gtid-mode=ON',
  '--enforce-gtid-consistency=ON',
  '--log-bin=binlog',
  '--replica-net-timeout=4',
  '--skip-replica-start=ON',
]

export async function startMysql(lab: Lab, options: MariadbOptions): Promise<Mysql> {
  const { name, serverId, extraArgs = [], port = await freePort() } = options
  const dir = lab.folder(name)
  const socket = join(dir, 'mysql.sock')
  const datadir = join(dir, 'data')
  await promisify(execFile)('cp', ['-a', '--reflink=auto', await mysqlTemplate(lab), datadir])
  const root = keepConnection(lab, { socketPath: socket, user: 'root' })

  const process = await startProcess(lab, {
    name,
    command: mysqld.command,
    args: [
      ...mysqld.args,
      `--datadir=${datadir}`,
      `--tmpdir=${lab.folder(`${name}/tmp`)}`,
      `--socket=${socket}`,
      `--pid-file=${join(dir, 'mysql.pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--mysqlx=OFF',
      `--server-id=${serverId}`,
      '--report-host=127.0.0.1',
      '--skip-name-resolve',
      ...SMALL,
      ...REPLICATION,
      ...extraArgs,
    ],
    isReady: async () => (await root.sql('SELECT 1')).length === 1,
    readyWithin: 30,
  })
  return Object.assign(process, root, { port, serverId, socket })
}

/** One primary and its replicas by GTID auto-position, replicating and caught up. */
export async function startMysqlReplication(
  lab: Lab,
  options: { readonly replicas: number; readonly extraArgs?: readonly string[] },
): Promise<MysqlReplication> {
  await mysqlTemplate(lab) // once, before all of them ask for it
  const servers = await Promise.all(
    Array.from({ length: options.replicas + 1 }, (_, index) =>
      startMysql(lab, {
        name: `db${index + 1}`,
        serverId: index + 1,
        extraArgs: [...(index === 0 ? [] : ['--super-read-only=ON']), ...(options.extraArgs ?? [])],
      }),
    ),
  )
  const [primary, ...replicas] = servers as [Mysql, ...Mysql[]]
  await Promise.all(replicas.map((replica) => followMysql(replica, primary)))
  await Promise.all(replicas.map((replica) => catchUpMysql(replica, primary)))
  return { primary, replicas, servers }
}

/** Makes a server a replica of another, from wherever its own GTIDs end. */
export async function followMysql(replica: Mysql, primary: Mysql): Promise<void> {
  const { user, password } = accounts.replication
  await replica.sql('SET GLOBAL super_read_only = 1')
  await replica.sql('STOP REPLICA')
  await replica.sql(`CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = ${primary.port},
    SOURCE_USER = '${user}', SOURCE_PASSWORD = '${password}', GET_SOURCE_PUBLIC_KEY = 1,
    SOURCE_AUTO_POSITION = 1, SOURCE_CONNECT_RETRY = 1, SOURCE_HEARTBEAT_PERIOD = 1`)
  await replica.sql('START REPLICA')
}

/** Waits until a server has applied all that another had written when this was called. */
export async function catchUpMysql(server: Mysql, source: Mysql, deadline: Seconds = 10): Promise<void> {
  const [wanted] = await source.sql<{ gtids: string }>('SELECT @@GLOBAL.gtid_executed AS gtids')
  await eventually(`${server.name} to catch up with ${source.name}`, deadline, async () => {
    const waited = await server.sql('SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 1) AS status', [wanted?.gtids])
    return waited[0]?.['status'] === 0
  })
}
