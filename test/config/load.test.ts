import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { findConfigFile, loadConfig } from '../../src/config/load.ts'
import { formatProblem } from '../../src/config/problem.ts'

const CASES = join(import.meta.dirname, 'cases')
const ENV = { DB_USER: 'guard', SECRET: 'hunter2-secret' }
const MINIMAL = [
  'cluster: shop',
  'mysql: { password: x }',
  'servers: { db1: { address: 10.0.0.11 } }',
  'pools: { ro: { role: reader, servers: [db1] } }',
]

const folder = mkdtempSync(join(tmpdir(), 'poolguard-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(text: string | Uint8Array): string {
  const path = join(folder, 'poolguard.yaml')
  writeFileSync(path, text)
  return path
}

function load(path: string): { readonly config: Config; readonly warnings: readonly string[] } {
  const loaded = loadConfig(path, ENV)
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded
}

function problemsOf(path: string): readonly string[] {
  const loaded = loadConfig(path, ENV)
  return loaded.ok ? [] : loaded.problems.map(formatProblem)
}

it.each`
  flag         | env                               | found
  ${'a.yaml'}  | ${{ POOLGUARD_CONFIG: 'b.yaml' }} | ${'a.yaml'}
  ${undefined} | ${{ POOLGUARD_CONFIG: 'b.yaml' }} | ${'b.yaml'}
  ${undefined} | ${{ POOLGUARD_CONFIG: '' }}       | ${'/etc/poolguard/poolguard.yaml'}
  ${undefined} | ${{}}                             | ${'/etc/poolguard/poolguard.yaml'}
`('looks for the file at $found, given --config $flag and $env', ({ flag, env, found }) => {
  expect(findConfigFile(flag, env)).toBe(found)
})

describe('a file with every setting', () => {
  let config: Config
  beforeAll(() => {
    chmodSync(join(CASES, 'closed.password'), 0o640)
    chmodSync(join(CASES, 'client.key'), 0o640)
    const loaded = load(join(CASES, 'valid-full.yaml'))
    expect(loaded.warnings).toEqual([])
    config = loaded.config
  })
  const target = (name: string) => config.servers.find((server) => server.target.name === name)?.target
  const policy = (name: string) => config.pools.find((pool) => pool.name === name)?.policy

  it('gives the listeners, with paths relative to the file', () => {
    expect(config.listen).toEqual({
      agent: { host: '127.0.0.1', port: 9009 },
      http: { host: '::1', port: 0 },
      socket: join(CASES, 'run/poolguard.sock'),
    })
    expect([config.cluster, config.stateDir, config.logLevel]).toEqual([
      'shop',
      join(CASES, 'state'),
      'debug',
    ])
  })

  it('gives local mode its server and its listener', () => {
    expect(config.local).toEqual({ server: 'db2', listen: { host: '0.0.0.0', port: 9200 } })
  })

  it('hands the mysql defaults down to servers that say nothing', () => {
    expect(target('db1')).toEqual({
      name: 'db1',
      host: '10.0.0.11',
      port: 3306,
      user: 'guard',
      password: 'hunter2-secret',
      pollInterval: 0.25,
      timeout: 1,
      heartbeat: { table: 'percona.heartbeat', utc: true },
      tls: {
        ca: expect.stringContaining('not a real authority'),
        cert: expect.stringContaining('not a real certificate'),
        key: expect.stringContaining('not a real key'),
        verify: true,
      },
      adminPort: 33062,
    })
  })

  it('lets a server override every one of them', () => {
    expect(target('db2')).toEqual({
      name: 'db2',
      host: 'db2.example',
      port: 3306,
      user: 'other',
      password: 'hunter2-secret',
      pollInterval: 2,
      timeout: 3,
      heartbeat: { table: 'heartbeat', utc: false },
      tls: null,
      adminPort: 3307,
    })
    expect(target('db3')).toMatchObject({
      host: '2001:db8::3',
      port: 3307,
      heartbeat: null,
      tls: { ca: null, cert: null, key: null, verify: false },
    })
  })

  it('takes $${ for a literal ${', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text that is meant
    expect(config.servers[1]?.tags).toEqual({ zone: 'a', note: 'costs ${5}' })
  })

  it('gives each pool its policy, in seconds and percent', () => {
    expect(config.pools.map((pool) => [pool.name, pool.role, pool.servers.join()])).toEqual([
      ['rw', 'writer', 'db1,db2,db3'],
      ['ro', 'reader', 'db3,db2'],
      ['defaults', 'reader', 'db1'],
      ['slow', 'reader', 'db1,db2'],
      ['delayed', 'reader', 'db3'],
    ])
    expect(policy('ro')).toEqual({
      maxLag: 10,
      recoverLag: 3,
      maxAge: 6,
      rise: 4,
      fall: 5,
      ramp: 60,
      weightByLag: true,
      minServers: 2,
      maxStaleness: 3600,
      floorWeight: 25,
      donor: 'always',
      maxApplyQueue: 100,
      recoverApplyQueue: 20,
      minorityReads: true,
      writerWeight: 10,
      writerFallback: 20,
      blindHold: 45,
    })
  })

  it('fills in what a pool leaves out', () => {
    expect(policy('defaults')).toEqual({
      maxLag: 5,
      recoverLag: 2,
      maxAge: 3,
      rise: 2,
      fall: 2,
      ramp: 20,
      weightByLag: false,
      minServers: 1,
      maxStaleness: 600,
      floorWeight: 50,
      donor: 'last',
      maxApplyQueue: 1000,
      recoverApplyQueue: 250,
      minorityReads: false,
      writerWeight: 0,
      writerFallback: 0,
      blindHold: 30,
    })
  })

  it('lets defaults follow the settings that they depend on', () => {
    expect(policy('slow')).toMatchObject({ recoverLag: 0.4, maxAge: 10 })
    expect(policy('delayed')).toMatchObject({ recoverLag: 2, maxStaleness: 7200 })
  })
})

it('needs no more than a cluster, a server and a pool', () => {
  const { config, warnings } = load(write(MINIMAL.join('\n')))
  expect(warnings).toEqual([])
  expect(config.listen).toEqual({
    agent: { host: '127.0.0.1', port: 8009 },
    http: { host: '127.0.0.1', port: 8008 },
    socket: '/run/poolguard/poolguard.sock',
  })
  expect([config.stateDir, config.logLevel]).toEqual(['/var/lib/poolguard', 'info'])
  expect(config.local).toBeNull()
  expect(config.servers[0]).toEqual({
    target: {
      name: 'db1',
      host: '10.0.0.11',
      port: 3306,
      adminPort: null,
      user: 'poolguard',
      password: 'x',
      pollInterval: 0.5,
      timeout: 1,
      heartbeat: null,
      tls: null,
    },
    tags: {},
  })
})

it('warns of what is odd but works', () => {
  chmodSync(join(CASES, 'client.key'), 0o644)
  const path = write(
    [
      'cluster: shop',
      `mysql: { tls: { cert: ${CASES}/client.pem, key: ${CASES}/client.key } }`,
      'servers:',
      '  db1: { address: db1 }',
      '  db2: { address: db2, password: x }',
      'pools:',
      '  rw: { role: writer, servers: [db1], rise: 1, max_age: 1s }',
    ].join('\n'),
  )
  const key = `${CASES}/client.key`.slice(0, 60)
  expect(load(path).warnings).toEqual([
    expect.stringMatching(new RegExp(`^poolguard.yaml:2:\\d+: mysql.tls.key: "${key}.*" is open to others`)),
    'poolguard.yaml:4:8: server "db1" has no password, so an empty one is sent',
    'poolguard.yaml:5:8: server "db2" is in no pool',
    'poolguard.yaml:7:45: pool "rw": rise has no meaning in a pool with role writer, which follows a new writer at once',
    'poolguard.yaml:7:57: pool "rw": max_age 1s is below poll_interval plus timeout (1.5s) of server "db1", so one slow reading makes it stale',
  ])
})

it('warns of a floor that keeps the server of local mode in, whatever its lag', () => {
  const local = 'local: { server: db1, listen: "[::1]:0" }'
  expect(load(write([...MINIMAL, local].join('\n'))).warnings).toEqual([
    'poolguard.yaml:4:14: pool "ro": the floor (min_servers) keeps "db1", its only server, whatever its lag; local wants all servers there, or min_servers: 0',
  ])
  const without = [...MINIMAL.slice(0, 3), 'pools: { ro: { role: reader, servers: [db1], min_servers: 0 } }']
  expect(load(write([...without, local].join('\n'))).warnings).toEqual([])
})

it('reports a value given by an alias where its anchor stands', () => {
  const path = write([...MINIMAL, 'listen: { socket: &s 5, agent: *s }'].join('\n'))
  expect(problemsOf(path)).toEqual([
    'poolguard.yaml:5:22: listen.agent: 5 is not an address such as 10.0.0.11:3306',
    'poolguard.yaml:5:22: listen.socket: 5 is not a string, put it in quotes',
  ])
})

it('says which file it could not read, and why', () => {
  mkdirSync(join(folder, 'sub'), { recursive: true })
  expect(problemsOf(join(folder, 'none.yaml'))).toEqual([
    `none.yaml: cannot read ${folder}/none.yaml: no such file`,
  ])
  expect(problemsOf(join(folder, 'sub'))).toEqual([`sub: cannot read ${folder}/sub: it is a directory`])
  expect(problemsOf('/dev/zero')).toEqual(['zero: cannot read /dev/zero: it is not a regular file'])
  expect(problemsOf('')).toEqual([': cannot read : no such file'])
  expect(problemsOf('a\0b')[0]).toContain('null byte')
})

it('refuses a file over 1 MiB, and one that is no text', () => {
  const comment = '#'.repeat(1024 * 1024)
  expect(problemsOf(write(comment))[0]).toBe('poolguard.yaml:1:1: the file holds no settings')
  expect(problemsOf(write(`${comment}#`))[0]).toMatch(/: 1048577 bytes is above the limit of 1048576$/)
  expect(problemsOf(write(Uint8Array.of(0x61, 0xff, 0x0a)))[0]).toMatch(/: it is not UTF-8 text$/)
})

it('reads a file with a byte order mark and Windows line ends', () => {
  expect(load(write(`\ufeff${MINIMAL.join('\r\n')}\r\n`)).config.cluster).toBe('shop')
})
