import { constants } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from './lab.ts'
import { installTemplate } from './mariadb-template.ts'
import { freePort } from './ports.ts'
import { type LabProcess, startProcess } from './process.ts'
import { keepConnection, type Sql } from './sql.ts'

export interface MariadbOptions {
  readonly name: string
  readonly serverId: number
  readonly port?: number
  /** Flags such as `--read-only=1`; they win over the lab's own. */
  readonly extraArgs?: readonly string[]
}

/** A real MariaDB on 127.0.0.1; `sql` is root's, by the unix socket. */
export interface Mariadb extends LabProcess, Sql {
  readonly port: number
  readonly serverId: number
  readonly socket: string
}

/** Nothing here has to survive a power cut, but a kill -9 it has: with 0 instead of 2 GTIDs get lost. */
const HASTE = [
  '--innodb-flush-log-at-trx-commit=2',
  '--sync-binlog=0',
  '--innodb-doublewrite=0',
  '--innodb-flush-method=nosync',
  '--debug-no-sync',
  '--innodb-use-native-aio=0',
  '--innodb-buffer-pool-size=32M',
  '--innodb-fast-shutdown=2',
  '--key-buffer-size=1M',
]

const REPLICATION = [
  '--log-bin=binlog',
  '--binlog-format=ROW',
  '--log-slave-updates=ON',
  '--gtid-strict-mode=ON',
  '--slave-net-timeout=4',
]

export async function startMariadb(lab: Lab, options: MariadbOptions): Promise<Mariadb> {
  const { name, serverId, extraArgs = [], port = await freePort() } = options
  const dir = lab.folder(name)
  const socket = join(dir, 'mariadb.sock')
  const datadir = join(dir, 'data')
  await cp(await installTemplate(lab), datadir, { recursive: true, mode: constants.COPYFILE_FICLONE })
  const root = keepConnection(lab, { socketPath: socket, user: 'root' })

  const process = await startProcess(lab, {
    name,
    command: 'mariadbd',
    args: [
      '--no-defaults',
      ...(globalThis.process.getuid?.() === 0 ? ['--user=root'] : []),
      `--datadir=${datadir}`,
      `--tmpdir=${lab.folder(`${name}/tmp`)}`,
      `--socket=${socket}`,
      `--pid-file=${join(dir, 'mariadb.pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--server-id=${serverId}`,
      `--report-host=${name}`,
      '--skip-name-resolve',
      '--max-connections=500',
      ...HASTE,
      ...REPLICATION,
      ...extraArgs,
    ],
    isReady: async () => (await root.sql('SELECT 1')).length === 1,
    readyWithin: 30,
  })
  return Object.assign(process, root, { port, serverId, socket })
}
