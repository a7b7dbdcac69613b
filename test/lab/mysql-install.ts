import { execFile } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { cachedFolder, sharedCache } from './cache.ts'
import type { Lab } from './lab.ts'
import { seed } from './replication.ts'

const folder = join(sharedCache, 'mysql')
const usr = join(folder, 'usr')

/**
 * Why there is no MySQL on this machine, as a sentence; `null` when there is.
 * It comes from Debian unstable, which cannot be installed every day.
 */
export function whyNoMysql(): string | null {
  if (existsSync(folder)) return null
  const told = existsSync(`${folder}.why`) ? readFileSync(`${folder}.why`, 'utf8').trim() : ''
  return told || 'it was never fetched; run sh test/provision.sh test'
}

/** What to run with arguments of mysqld: its own loader, because this machine's libc is too old for it. */
export const mysqld = {
  command: join(usr, 'lib64/ld-linux-x86-64.so.2'),
  args: [
    '--library-path',
    join(usr, 'lib/x86_64-linux-gnu'),
    ...['--argv0', 'mysqld', join(usr, 'sbin/mysqld')],
    '--no-defaults',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    `--basedir=${usr}`,
    `--lc-messages-dir=${join(usr, 'share/mysql')}`,
    `--character-sets-dir=${join(usr, 'share/mysql/charsets')}`,
    `--plugin-dir=${join(usr, 'lib/mysql/plugin')}`,
    '--secure-file-priv=NULL',
    '--innodb-doublewrite=OFF',
    '--innodb-flush-method=nosync',
    '--innodb-use-native-aio=OFF',
  ],
} as const

/** The last four are what a member of a group needs to copy data from another. */
const GRANTS = [
  'GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO repl',
  'GRANT REPLICATION CLIENT ON *.* TO poolguard',
  'GRANT SELECT ON performance_schema.replication_group_members TO poolguard',
  'GRANT SELECT ON performance_schema.replication_group_member_stats TO poolguard',
  'GRANT SELECT ON performance_schema.replication_connection_status TO poolguard',
  'GRANT SELECT ON performance_schema.replication_applier_status_by_worker TO poolguard',
  'GRANT SELECT ON percona.heartbeat TO poolguard',
  'GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO app',
  'GRANT SELECT ON percona.heartbeat TO app',
  'GRANT SELECT, INSERT, UPDATE, DELETE ON percona.heartbeat TO heartbeat',
]

/**
 * A data directory to copy, with schema and accounts that no GTID tells of, so
 * that every copy of it may join every other. Root comes by the unix socket.
 */
export async function mysqlTemplate(lab: Lab): Promise<string> {
  const missing = whyNoMysql()
  if (missing !== null) throw new Error(`no MySQL: ${missing}`)
  const statements = seed(GRANTS).map((statement) => `${statement.replaceAll(/\s+/g, ' ')};\n`)
  const recipe = [basename(realpathSync(folder)), ...mysqld.args, ...statements].join('\n')
  return cachedFolder('mysql-data', recipe, async (work) => {
    const initFile = join(lab.dir, 'mysql-seed.sql')
    writeFileSync(initFile, statements.join(''))
    const args = [...mysqld.args, '--initialize-insecure', '--disable-log-bin', `--init-file=${initFile}`]
    await promisify(execFile)(mysqld.command, [...args, `--datadir=${work}`], { env: lab.env })
    rmSync(join(work, 'auto.cnf')) // a server makes an identity of its own
  })
}
