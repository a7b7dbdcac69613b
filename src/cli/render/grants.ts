/** The SQL that gives poolguard's MySQL accounts what they need, and nothing else. */

import type { Config } from '../../config/config.ts'

export const FAMILIES = ['mariadb', 'mariadb-10.4', 'mysql'] as const

export type Family = (typeof FAMILIES)[number]

interface Account {
  readonly user: string
  readonly heartbeats: readonly string[]
  /** Whether every server is asked over TLS. */
  readonly tls: boolean
}

const TITLES: Readonly<Record<Family, string>> = {
  mariadb: 'MariaDB 10.5.9 and later: SLAVE MONITOR allows SHOW ALL SLAVES STATUS',
  'mariadb-10.4': 'MariaDB up to 10.5.8: REPLICATION CLIENT allows SHOW ALL SLAVES STATUS',
  mysql:
    'MySQL 5.7 to 9: REPLICATION CLIENT allows SHOW REPLICA STATUS; the tables are for Group Replication',
}

const PRIVILEGES: Readonly<Record<Family, string>> = {
  mariadb: 'SLAVE MONITOR',
  'mariadb-10.4': 'REPLICATION CLIENT',
  mysql: 'REPLICATION CLIENT',
}

/** What a member of a replication group is asked for; no data of yours is in there. */
const GROUP_TABLES = [
  'performance_schema.replication_group_members',
  'performance_schema.replication_group_member_stats',
]

/** Never holds a password: each is `<password>`, for the reader to replace. */
export function renderGrants(config: Config, families: readonly Family[], host: string): string {
  const accounts = findAccounts(config)
  const head = [
    '-- Made by: poolguard render grants',
    '-- Run it on the writer, and put in the password that poolguard has in its configuration.',
    ...(families.length > 1
      ? ['-- Of the sections, take the one of your servers (--family prints only that).']
      : []),
  ]
  const sections = families.map((family) =>
    [`-- ${TITLES[family]}`, ...accounts.flatMap((account) => grantLines(account, family, host))].join('\n'),
  )
  return `${[head.join('\n'), ...sections].join('\n\n')}\n`
}

function findAccounts({ servers }: Config): readonly Account[] {
  const users = [...new Set(servers.map(({ target }) => target.user))]
  return users.map((user) => {
    const targets = servers.map(({ target }) => target).filter((target) => target.user === user)
    const heartbeats = targets.flatMap(({ heartbeat }) => (heartbeat === null ? [] : [heartbeat.table]))
    return { user, heartbeats: [...new Set(heartbeats)], tls: targets.every(({ tls }) => tls !== null) }
  })
}

function grantLines({ user, heartbeats, tls }: Account, family: Family, host: string): readonly string[] {
  const account = `${quoteText(user)}@${quoteText(host)}`
  return [
    `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '<password>'${tls ? ' REQUIRE SSL' : ''};`,
    `GRANT ${PRIVILEGES[family]} ON *.* TO ${account};`,
    ...(family === 'mysql' ? GROUP_TABLES.map((table) => `GRANT SELECT ON ${table} TO ${account};`) : []),
    ...heartbeats.flatMap((table) => [
      '-- the heartbeat table has to exist already',
      `GRANT SELECT ON ${quoteTable(table)} TO ${account};`,
    ]),
  ]
}

function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

function quoteTable(table: string): string {
  return table
    .split('.')
    .map((part) => `\`${part}\``)
    .join('.')
}
