import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { run, SHOP_YAML, writeConfig } from './run.ts'

const SAMPLE = new URL('../../haproxy/poolguard.yaml', import.meta.url)
const REFERENCE = new URL('../../haproxy/haproxy.cfg', import.meta.url)

/** The sample configuration, its password file moved to where there is one. */
function writeSample(): string {
  return writeConfig(readFileSync(SAMPLE, 'utf8').replace('/etc/poolguard/mysql.password', 'mysql.password'))
}

async function render(words: readonly string[], config: string): Promise<string> {
  const { status, out, err } = await run(['render', ...words, '--config', config])
  expect({ status, err }).toEqual({ status: 0, err: '' })
  return out
}

async function lines(words: readonly string[], config: string, wanted: RegExp): Promise<readonly string[]> {
  const text = await render(words, config)
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => wanted.test(line))
}

/** What `haproxy -c` says, which is nothing but that the file is valid. */
async function checkByHaproxy(text: string): Promise<string> {
  const file = join(dirname(writeConfig()), 'haproxy.cfg')
  writeFileSync(file, text)
  const { stdout, stderr } = await promisify(execFile)('haproxy', ['-c', '-f', file])
  return `${stdout}${stderr.replace(/^\[NOTICE\].*\n/gm, '')}`.trim()
}

it('keeps the sample configuration free of problems and warnings', async () => {
  expect(await run(['config', 'check', '--config', writeSample()])).toMatchObject({ status: 0, err: '' })
})

it('renders the reference haproxy.cfg for the sample configuration', async () => {
  expect(await render(['haproxy'], writeSample())).toBe(readFileSync(REFERENCE, 'utf8'))
})

it.each([
  ['as it is', [], SHOP_YAML],
  ['for an ordinary user', ['haproxy', '--unprivileged', '--bind', '*', '--agent-inter', '200ms'], SHOP_YAML],
  [
    'with IPv6 everywhere',
    ['haproxy', '--bind', '::1'],
    SHOP_YAML.replace('10.0.0.11:3306', '"[fd00::11]:3306"').replace(
      'listen: {',
      'listen: { agent: "[::]:8009",',
    ),
  ],
  ['with names for addresses', [], SHOP_YAML.replace('10.0.0.11:3306', 'localhost')],
  ['with a pool named as the stats page', [], SHOP_YAML.replace('ro:', 'stats:')],
])('passes haproxy -c without a warning, %s', async (_how, words, yaml) => {
  const text = await render(words.length === 0 ? ['haproxy'] : words, writeConfig(yaml))
  expect(await checkByHaproxy(text)).toBe('Configuration file is valid')
})

it('names backends and servers as the pools do, and asks for each by its id', async () => {
  expect(await lines(['haproxy'], writeConfig(), /^(listen|server) /)).toEqual([
    'listen rw',
    'server db1 10.0.0.11:3306 agent-send "rw/db1\\n"',
    'server db2 10.0.0.12:3306 agent-send "rw/db2\\n"',
    'server db3 10.0.0.13:3306 agent-send "rw/db3\\n"',
    'listen ro',
    'server db1 10.0.0.11:3306 agent-send "ro/db1\\n"',
    'server db2 10.0.0.12:3306 agent-send "ro/db2\\n"',
    'server db3 10.0.0.13:3306 agent-send "ro/db3\\n"',
    'listen stats',
  ])
})

it('cuts the sessions of a server that is down, whatever its pool', async () => {
  expect(await lines(['haproxy'], writeConfig(), /^(listen|default-server on-)/)).toEqual([
    'listen rw',
    'default-server on-marked-down shutdown-sessions',
    'listen ro',
    'default-server on-marked-down shutdown-sessions',
    'listen stats',
  ])
})

it('asks the agent where it listens', async () => {
  const everywhere = writeConfig(SHOP_YAML.replace('listen: {', 'listen: { agent: 0.0.0.0:7000,'))
  expect((await lines(['haproxy'], everywhere, /agent-addr/))[0]).toBe(
    'default-server agent-check agent-addr 127.0.0.1 agent-port 7000 agent-inter 1s',
  )
  const free = writeConfig(SHOP_YAML.replace('listen: {', 'listen: { agent: 127.0.0.1:0,'))
  expect(await run(['render', 'haproxy', '--config', free])).toMatchObject({ status: 78, out: '' })
})

it.each`
  flags                                          | ports
  ${[]}                                          | ${['3307', '3308', '3309', '3310', '8404']}
  ${['--port', 'ro=4000']}                       | ${['3307', '4000', '3309', '3310', '8404']}
  ${['--port', 'ro2=3307', '--stats-port', '9']} | ${['3309', '3308', '3307', '3310', '9']}
  ${['--port', 'rw2=3309', '--port', 'rw=3308']} | ${['3308', '3310', '3311', '3309', '8404']}
`('gives ports by role and order, what is asked for first: $flags', async ({ flags, ports }) => {
  const more = '  ro2: { role: reader, servers: [db1] }\n  rw2: { role: writer, servers: [db1] }\n'
  const binds = await lines(['haproxy', ...flags], writeConfig(SHOP_YAML + more), /^bind /)
  expect(binds.map((line) => line.split(':').at(-1))).toEqual(ports)
})

it.each`
  flags                                   | message
  ${['--port', 'roo=1']}                  | ${'--port: unknown pool "roo", did you mean "ro"?'}
  ${['--port', 'ro=1', '--port', 'rw=1']} | ${'--port: ro and rw cannot both have 1'}
  ${['--port', 'ro=8404']}                | ${'--port: ro cannot have the port of the stats page, 8404'}
`('refuses $flags', async ({ flags, message }) => {
  const outcome = await run(['render', 'haproxy', ...flags, '--config', writeConfig()])
  expect(outcome).toMatchObject({ status: 64, out: '', err: expect.stringContaining(message) })
})

it('needs nothing of root when it is told so', async () => {
  const privileged = /^(chroot|user|group|log \/dev)/
  expect(await lines(['haproxy'], writeConfig(), privileged)).toHaveLength(4)
  expect(
    await lines(['haproxy', '--unprivileged', '--stats-socket', '/tmp/x.sock'], writeConfig(), privileged),
  ).toEqual([])
})

it.each`
  family            | privilege
  ${'mariadb'}      | ${'SLAVE MONITOR'}
  ${'mariadb-10.4'} | ${'REPLICATION CLIENT'}
  ${'mysql'}        | ${'REPLICATION CLIENT'}
`('grants $privilege and no data on $family', async ({ family, privilege }) => {
  const groupTables = ['replication_group_members', 'replication_group_member_stats']
  expect(await lines(['grants', '--family', family], writeConfig(), /;$/)).toEqual([
    `CREATE USER IF NOT EXISTS 'poolguard'@'%' IDENTIFIED BY '<password>';`,
    `GRANT ${privilege} ON *.* TO 'poolguard'@'%';`,
    ...(family === 'mysql'
      ? groupTables.map((table) => `GRANT SELECT ON performance_schema.${table} TO 'poolguard'@'%';`)
      : []),
  ])
})

it('grants the heartbeat tables to the accounts that read them, and insists on TLS where all use it', async () => {
  const yaml = SHOP_YAML.replace(
    '  user: poolguard\n',
    '  heartbeat: { table: percona.heartbeat }\n  tls: {}\n',
  ).replace('10.0.0.13:3306', `10.0.0.13:3306, user: "o'neil", heartbeat: false, tls: false`)
  expect(
    await lines(['grants', '--family', 'mariadb-10.4', '--host', '10.0.0.%'], writeConfig(yaml), /;$/),
  ).toEqual([
    `CREATE USER IF NOT EXISTS 'poolguard'@'10.0.0.%' IDENTIFIED BY '<password>' REQUIRE SSL;`,
    `GRANT REPLICATION CLIENT ON *.* TO 'poolguard'@'10.0.0.%';`,
    "GRANT SELECT ON `percona`.`heartbeat` TO 'poolguard'@'10.0.0.%';",
    `CREATE USER IF NOT EXISTS 'o''neil'@'10.0.0.%' IDENTIFIED BY '<password>';`,
    `GRANT REPLICATION CLIENT ON *.* TO 'o''neil'@'10.0.0.%';`,
  ])
})

it('never prints a password', async () => {
  const config = writeConfig(SHOP_YAML.replace('password_file: mysql.password', 'password: hunter2'))
  for (const words of [['haproxy'], ['grants']]) expect(await render(words, config)).not.toContain('hunter2')
})
