/** What can go wrong with a real server, each with its own reason, and none to the harm of another. */

import { writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import { type Mariadb, startMariadb } from '../lab/mariadb.ts'
import { type Poolguard, startPoolguard } from '../lab/poolguard.ts'
import { freePorts } from '../lab/ports.ts'
import { startProcess } from '../lab/process.ts'
import { accounts, catchUp, follow, type Replication, startReplication } from '../lab/replication.ts'
import { keepConnection } from '../lab/sql.ts'

let lab: Lab
let replication: Replication
let poolguard: Poolguard
/** With an extra port, for when its own is full. */
let db4: Mariadb
let extraPort: number
/** Where db5 should be and nobody listens. */
let emptyPort: number
/** Where db6 should be and packets vanish. */
let holePort: number

beforeAll(async () => {
  lab = openLab()
  const [agent, http, empty, extra, hole] = (await freePorts(5)) as [number, number, number, number, number]
  emptyPort = empty
  extraPort = extra
  holePort = hole
  await digHole()
  replication = await startReplication(lab, { replicas: 2 })
  db4 = await startMariadb(lab, {
    name: 'db4',
    serverId: 4,
    extraArgs: [`--extra-port=${extraPort}`, '--extra-max-connections=2', '--max-connections=10'],
  })
  await follow(db4, replication.primary)
  await catchUp(db4, replication.primary)
  poolguard = await startPoolguard(lab, {
    httpPort: http,
    configText: ({ dir }) => {
      writeFileSync(join(dir, 'mysql.password'), accounts.poolguard.password, { mode: 0o600 })
      return configText(agent, http)
    },
  })
})

afterAll(() => lab.close())

function configText(agent: number, http: number): string {
  const servers = replication.servers.map(({ name, port }) => `  ${name}: { address: 127.0.0.1:${port} }`)
  return `
cluster: faults
listen: { agent: 127.0.0.1:${agent}, http: 127.0.0.1:${http}, socket: poolguard.sock }
mysql: { user: poolguard, password_file: mysql.password, poll_interval: 100ms, timeout: 500ms }
servers:
${servers.join('\n')}
  db4: { address: 127.0.0.1:${db4.port}, admin_port: ${extraPort} }
  db5: { address: 127.0.0.1:${emptyPort} }
  db6: { address: 127.0.0.1:${holePort} }
pools:
  ro: { role: reader, servers: [db1, db2, db3, db4, db5, db6], max_age: 1200ms, rise: 1, fall: 1, ramp: 0s, min_servers: 0 }
state_dir: state
`
}

function replica(name: string): Mariadb {
  return replication.replicas.find((server) => server.name === name) as Mariadb
}

const FIT = /^up 100% ok: lag \d/

interface ServerDocument {
  readonly server: string
  readonly state: string
  readonly weightPercent: number
  readonly reason: { readonly code: string; readonly text: string }
}

async function ask(server: string): Promise<ServerDocument> {
  const { servers } = (await poolguard.get('/v1/pools/ro')).json<{ servers: readonly ServerDocument[] }>()
  return servers.find((document) => document.server === server) as ServerDocument
}

/** Waits until poolguard says this of a server: `down unreachable: ...`. */
async function says(server: string, expected: RegExp): Promise<void> {
  await eventually(`ro/${server} to be ${expected}`, 10, async () => {
    const { state, weightPercent, reason } = await ask(server)
    expect(`${state} ${weightPercent}% ${reason.code}: ${reason.text}`).toMatch(expected)
    return true
  })
}

/** Counts the times that db3, which nothing happens to, has left service. */
async function departuresOfDb3(): Promise<number> {
  const { text } = await poolguard.get('/metrics')
  const left = text.matchAll(/^poolguard_transitions_total\{pool="ro",server="db3",to="(?!in).*"\} (\d+)$/gm)
  return [...left].reduce((sum, [, count]) => sum + Number(count), 0)
}

async function timeouts(name: string): Promise<number> {
  const { text } = await poolguard.get('/metrics')
  const series = new RegExp(
    `^poolguard_probe_failures_total\\{server="${name}",kind="timeout"\\} (\\d+)$`,
    'm',
  )
  return Number(series.exec(text)?.[1] ?? 0)
}

async function abortedConnects(mariadb: Mariadb): Promise<number> {
  const [row] = await mariadb.sql("SHOW GLOBAL STATUS LIKE 'Aborted_connects'")
  return Number(row?.['Value'])
}

async function cutProbe(server: Mariadb): Promise<void> {
  for (const { id } of await server.sql(
    "SELECT id FROM information_schema.processlist WHERE user = 'poolguard'",
  )) {
    await server.sql(`KILL ${id}`).catch(() => {})
  }
}

/** Fills every connection that a server has for its users; the returned function makes room again. */
async function crowd(server: Mariadb): Promise<() => void> {
  const guests = Array.from({ length: 12 }, () =>
    keepConnection(lab, { host: '127.0.0.1', port: server.port, ...accounts.app }),
  )
  const enter = () => Promise.allSettled(guests.map(({ sql }) => sql('SELECT 1')))
  await enter()
  await cutProbe(server)
  await enter()
  return () => {
    for (const { disconnect } of guests) disconnect()
  }
}

it('has each fault its own reason, and no other server notices', { timeout: 120_000 }, async () => {
  const db2 = replica('db2')
  for (const name of ['db2', 'db3', 'db4']) await says(name, FIT)
  const before = await departuresOfDb3()

  await says('db5', /^down 0% unreachable: connection refused/)
  await says('db6', /^down 0% unreachable: no TCP connection within 500ms/)

  const aborted = await abortedConnects(db2)
  db2.freeze()
  await says('db2', /^down 0% unreachable: no answer to .* within 500ms/)
  await says('db2', /^down 0% unreachable: no handshake within 500ms/)
  const failures = await timeouts('db2')
  await eventually(
    'db2 to be asked in vain again and again',
    20,
    async () => (await timeouts('db2')) >= failures + 3,
  )
  db2.thaw()
  await says('db2', FIT)
  expect(
    await abortedConnects(db2),
    'waited in line once, or mysqld would block this host',
  ).toBeLessThanOrEqual(aborted + 1)

  await db2.sql("ALTER USER poolguard@'127.0.0.1' IDENTIFIED BY 'changed'")
  await cutProbe(db2)
  await says('db2', /^up 0% unreadable: login refused: Access denied for user 'poolguard'/)
  await db2.sql(`ALTER USER poolguard@'127.0.0.1' IDENTIFIED BY '${accounts.poolguard.password}'`)
  await says('db2', FIT)

  await db2.sql("REVOKE REPLICA MONITOR ON *.* FROM poolguard@'127.0.0.1'")
  await cutProbe(db2)
  await says('db2', /^up 0% unreadable: .*REPLICA MONITOR/)
  await db2.sql("GRANT REPLICA MONITOR ON *.* TO poolguard@'127.0.0.1'")
  await cutProbe(db2)
  await says('db2', FIT)

  await db2.sql('SET GLOBAL max_connections = 10')
  const makeRoom = await crowd(db2)
  await says('db2', /^up 0% unreadable: max_connections reached/)
  makeRoom()
  await says('db2', FIT)

  expect(await departuresOfDb3()).toBe(before)
})

it('asks at the extra port of a server that is full', { timeout: 60_000 }, async () => {
  await says('db4', FIT)
  const makeRoom = await crowd(db4)
  const full = keepConnection(lab, { host: '127.0.0.1', port: db4.port, ...accounts.app })
  await expect(full.sql('SELECT 1')).rejects.toThrow(/Too many connections/)
  await eventually('the probe to come by the extra port', 10, async () => {
    const rows = await db4.sql("SELECT id FROM information_schema.processlist WHERE user = 'poolguard'")
    return rows.length > 0
  })
  await says('db4', FIT)
  makeRoom()
})

/** A listener that accepts nobody and whose backlog is full: packets to it vanish. */
async function digHole(): Promise<void> {
  const hole = await startProcess(lab, {
    name: 'hole',
    command: process.execPath,
    args: [
      '-e',
      `require('net').createServer().listen({ port: ${holePort}, host: '127.0.0.1', backlog: 1 })`,
    ],
    isReady: async () => (await fills(holePort)) !== null,
  })
  hole.freeze()
  await Promise.all(Array.from({ length: 8 }, () => fills(holePort)))
}

/** Connects and stays, taking a place in the listener's backlog; null when there is none left. */
function fills(port: number): Promise<true | null> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    lab.onClose(() => socket.destroy())
    socket.once('connect', () => resolve(true))
    socket.on('error', () => resolve(null))
    socket.setTimeout(300, () => resolve(null))
  })
}
