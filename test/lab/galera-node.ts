import { execFile } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type GaleraConfig, galeraConfig, sstScripts } from './galera-config.ts'
import type { Lab } from './lab.ts'
import type { Mariadb } from './mariadb.ts'
import { startProcess } from './process.ts'
import { keepConnection } from './sql.ts'

/** A MariaDB in a Galera cluster; started and restarted, it is ready when it is synced. */
export interface GaleraNode extends Mariadb {
  readonly datadir: string
}

/** Nodes never run as root: the rsync of a state transfer drops its rights and then could not write. */
const USER = 'nobody'
const isRoot = process.getuid?.() === 0

/** The rsync transfer, except that the donor begins only when the file is gone. */
const heldTransfer = (hold: string) => `#!/bin/sh
case "$*" in *"--role donor"* | *"--role 'donor'"*) while [ -e '${hold}' ]; do sleep 0.05; done ;; esac
exec wsrep_sst_rsync "$@"
`

/** While this file exists, donors stay donors. */
export function transferHold(lab: Lab): string {
  return join(lab.folder('galera-sst'), 'hold')
}

/** Starts a node in the folder of its configuration, which must hold `data`, owned by anybody. */
export async function startNode(
  lab: Lab,
  config: GaleraConfig,
  extraArgs: readonly string[] = [],
): Promise<GaleraNode> {
  const { name, serverId, dir, ports } = config
  const scripts = lab.folder('galera-sst')
  const configFile = join(dir, 'my.cnf')
  const socket = join(dir, 'mariadb.sock')
  writeFileSync(configFile, galeraConfig(config))
  writeFileSync(join(scripts, 'wsrep_sst_held'), heldTransfer(transferHold(lab)), { mode: 0o755 })
  lab.folder(`${name}/tmp`)
  if (isRoot) {
    chmodSync(lab.dir, 0o711)
    await promisify(execFile)('chown', ['-R', USER, dir])
  }
  const root = keepConnection(lab, { socketPath: socket, user: 'root' })
  const process = await startProcess(lab, {
    name,
    command: 'mariadbd',
    args: [`--defaults-file=${configFile}`, ...(isRoot ? [`--user=${USER}`] : []), ...extraArgs],
    env: { PATH: `${scripts}:${lab.env['PATH']}:${sstScripts}` },
    isReady: async () => {
      const [state] = await root.sql("SHOW GLOBAL STATUS LIKE 'wsrep_local_state_comment'")
      return state?.['Value'] === 'Synced'
    },
    readyWithin: 40,
  })
  return Object.assign(process, root, { port: ports.sql, serverId, socket, datadir: join(dir, 'data') })
}
