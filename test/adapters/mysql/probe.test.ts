import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMysqlProbe } from '../../../src/adapters/mysql/probe.ts'
import type { MysqlTarget, Probe } from '../../../src/ports.ts'
import { createHandClock, type HandClock } from '../../lab/hand-clock.ts'
import { nextClientSocket } from './client-socket.ts'
import { type FakeMysql, type Script, type ServerRefusal, startFakeMysql } from './fake-mysql.ts'
import { findClosedPort } from './fake-server.ts'
import { createTarget, MARIADB_PRIMARY, MARIADB_REPLICA, MYSQL_REPLICA, WHICH_CLUSTER } from './scripts.ts'

const HEARTBEAT = { table: 'percona.heartbeat', utc: true }
const CROWDED: ServerRefusal = { code: 1040, message: 'Too many connections' }

let clock: HandClock
let fakes: FakeMysql[]
let probes: Probe[]

beforeEach(() => {
  clock = createHandClock()
  fakes = []
  probes = []
})

afterEach(async () => {
  for (const probe of probes) probe.close()
  for (const fake of fakes) await fake.allClosed()
  for (const fake of fakes) await fake.stop()
  expect(clock.pending()).toBe(0)
})

async function startFake(...scripts: readonly (Script | ServerRefusal)[]): Promise<FakeMysql> {
  const fake = await startFakeMysql((n) => scripts[Math.min(n, scripts.length - 1)] as Script)
  fakes.push(fake)
  return fake
}

function startProbe(port: number, change: Partial<MysqlTarget> = {}): Probe {
  const probe = createMysqlProbe(createTarget(port, change), clock)
  probes.push(probe)
  return probe
}

describe('a server that answers', () => {
  it('is read with the statements of MariaDB', async () => {
    const fake = await startFake(MARIADB_REPLICA)
    expect(await startProbe(fake.port).read()).toEqual({
      kind: 'seen',
      at: 0,
      writable: false,
      channels: [
        { name: '', source: '127.0.0.1:23306', io: 'running', sql: 'running', lag: 0, delay: 0, error: null },
      ],
      heartbeat: null,
      galera: null,
      group: null,
    })
  })

  it('is read with the statements of MySQL', async () => {
    const fake = await startFake(MYSQL_REPLICA)
    expect(await startProbe(fake.port).read()).toMatchObject({
      kind: 'seen',
      writable: false,
      channels: [{ source: '127.0.0.1:24301', io: 'running', sql: 'running', lag: 0 }],
    })
    expect(fake.statements).toEqual([
      'SELECT VERSION() AS version, @@version_comment AS comment',
      expect.stringContaining(WHICH_CLUSTER),
      'SELECT @@global.read_only AS read_only, @@global.super_read_only AS super_read_only',
      'SHOW REPLICA STATUS',
    ])
  })

  it('is asked over one connection, and only once for its version', async () => {
    const fake = await startFake(MARIADB_REPLICA)
    const probe = startProbe(fake.port)
    await probe.read()
    await probe.read()
    expect(fake.accepted()).toBe(1)
    expect(fake.statements.filter((statement) => statement.includes('VERSION'))).toHaveLength(1)
  })

  it('is connected to anew when it hung up between two readings', async () => {
    const fake = await startFake(MARIADB_REPLICA)
    const probe = startProbe(fake.port)
    const socket = nextClientSocket()
    await probe.read()
    const closed = once(await socket, 'close')
    fake.hangUp()
    await closed
    expect(await probe.read()).toMatchObject({ kind: 'seen' })
    expect(fake.accepted()).toBe(2)
  })

  it('is asked once for readings that are wanted at the same time', async () => {
    const fake = await startFake(MARIADB_PRIMARY)
    const probe = startProbe(fake.port)
    const first = probe.read()
    expect(probe.read()).toBe(first)
    await first
    expect(probe.read()).not.toBe(first)
  })

  it('is stamped with the time at which the probe started', async () => {
    const fake = await startFake(MARIADB_PRIMARY)
    clock.advance(7)
    const asked = fake.asked('SHOW ALL')
    const reading = startProbe(fake.port).read()
    await asked
    clock.advance(0.9)
    expect((await reading).at).toBe(7000)
  })
})

describe('the heartbeat', () => {
  it.each`
    answer                                              | heartbeat
    ${[{ beats: '2', age: '503026' }]}                  | ${{ kind: 'lag', seconds: 0.503026 }}
    ${{ code: 1146, message: "Table doesn't exist" }}   | ${{ kind: 'missing', text: 'heartbeat table percona.heartbeat does not exist' }}
    ${{ code: 1142, message: 'SELECT command denied' }} | ${{ kind: 'missing', text: 'heartbeat: GRANT SELECT ON percona.heartbeat is missing' }}
    ${[{ beats: '0', age: null }]}                      | ${{ kind: 'missing', text: 'heartbeat table percona.heartbeat is empty' }}
  `('of a replica that answers $answer is $heartbeat', async ({ answer, heartbeat }) => {
    const fake = await startFake({ ...MARIADB_REPLICA, 'SELECT COUNT(*)': answer })
    const probe = startProbe(fake.port, { heartbeat: HEARTBEAT })
    expect(await probe.read()).toMatchObject({ kind: 'seen', heartbeat })
    await probe.read()
    expect(fake.accepted()).toBe(1)
  })

  it('is not asked of a primary', async () => {
    const fake = await startFake(MARIADB_PRIMARY)
    expect(await startProbe(fake.port, { heartbeat: HEARTBEAT }).read()).toMatchObject({ heartbeat: null })
    expect(fake.statements.join()).not.toContain('heartbeat')
  })

  it('does not hide that the server goes away', async () => {
    const down = { code: 1053, message: 'Server shutdown in progress' }
    const fake = await startFake({ ...MARIADB_REPLICA, 'SELECT COUNT(*)': down })
    expect(await startProbe(fake.port, { heartbeat: HEARTBEAT }).read()).toMatchObject({
      kind: 'unseen',
      cause: 'lost',
    })
  })
})

describe('a server that answers something else', () => {
  it.each`
    change                                                                 | cause           | text
    ${{ 'SHOW ALL': { code: 1227, message: 'Access denied' } }}            | ${'grant'}      | ${'SHOW ALL SLAVES STATUS denied: GRANT REPLICA MONITOR ON *.* is missing'}
    ${{ 'SHOW ALL': [{ Slave_IO_Running: 'Yes' }] }}                       | ${'unexpected'} | ${'no column Slave_SQL_Running in the answer to SHOW ALL SLAVES STATUS'}
    ${{ 'SHOW ALL': [{ Slave_IO_Running: null }] }}                        | ${'unexpected'} | ${'Slave_IO_Running is NULL in the answer to SHOW ALL SLAVES STATUS'}
    ${{ 'SELECT @@': [{ read_only: null }] }}                              | ${'unexpected'} | ${'@@global.read_only is NULL'}
    ${{ 'SELECT @@': [] }}                                                 | ${'unexpected'} | ${'no @@global.read_only in the answer'}
    ${{ 'SELECT VERSION()': [{ version: 'tomorrow', comment: null }] }}    | ${'unexpected'} | ${'cannot tell the version of the server from "tomorrow"'}
    ${{ 'SELECT VERSION()': { code: 1290, message: 'running with --x' } }} | ${'unexpected'} | ${'error 1290: running with --x'}
    ${{ 'SELECT @@': 'hangup' }}                                           | ${'lost'}       | ${'connection lost'}
  `('is unseen, $cause: $text', async ({ change, cause, text }) => {
    const fake = await startFake({ ...change, ...without(MARIADB_REPLICA, change) }, MARIADB_REPLICA)
    const probe = startProbe(fake.port)
    expect(await probe.read()).toEqual({ kind: 'unseen', at: 0, cause, text })
    await fake.allClosed()
    expect(await probe.read()).toMatchObject({ kind: 'seen' })
    expect(fake.accepted()).toBe(2)
  })

  it('refuses the login', async () => {
    const denied = { code: 1045, message: "Access denied for user 'poolguard'@'127.0.0.1'" }
    const fake = await startFake(denied)
    expect(await startProbe(fake.port).read()).toEqual({
      kind: 'unseen',
      at: 0,
      cause: 'auth',
      text: "login refused: Access denied for user 'poolguard'@'127.0.0.1'",
    })
  })
})

describe('a server that is slow', () => {
  it.each`
    beginning             | awaited
    ${'SELECT VERSION()'} | ${'SELECT VERSION()'}
    ${'SELECT @@'}        | ${'SELECT @@global.read_only'}
    ${'SHOW ALL'}         | ${'SHOW ALL SLAVES STATUS'}
    ${'SELECT COUNT(*)'}  | ${'the heartbeat statement'}
  `('is dropped at the deadline while $awaited has no answer', async ({ beginning, awaited }) => {
    const script = { [beginning]: 'silence' as const, ...without(MARIADB_REPLICA, { [beginning]: null }) }
    const fake = await startFake(script, MARIADB_REPLICA)
    const probe = startProbe(fake.port, { heartbeat: HEARTBEAT })
    const asked = fake.asked(beginning)
    const reading = probe.read()
    await asked
    clock.advance(1)
    const text = `no answer to ${awaited} within 1s`
    expect(await reading).toEqual({ kind: 'unseen', at: 0, cause: 'timeout', text })
    await fake.allClosed()
    expect(await probe.read()).toMatchObject({ kind: 'seen', at: 1000 })
  })

  it('has the deadline of the whole reading, not one a statement', async () => {
    const fake = await startFake({ ...MARIADB_REPLICA, 'SHOW ALL SLAVES STATUS': 'silence' })
    const first = fake.asked('SELECT @@')
    const last = fake.asked('SHOW ALL')
    const reading = startProbe(fake.port, { timeout: 0.5 }).read()
    await first
    clock.advance(0.4)
    await last
    clock.advance(0.1)
    expect(await reading).toMatchObject({ text: 'no answer to SHOW ALL SLAVES STATUS within 500ms' })
  })
})

describe('a server that is full', () => {
  it('is asked at its admin port, over a connection that is kept', async () => {
    const full = await startFake(CROWDED)
    const admin = await startFake(MARIADB_PRIMARY)
    const probe = startProbe(full.port, { adminPort: admin.port })
    expect(await probe.read()).toMatchObject({ kind: 'seen', writable: true })
    expect(await probe.read()).toMatchObject({ kind: 'seen' })
    expect([full.accepted(), admin.accepted()]).toEqual([1, 1])
  })

  it('is asked at its main port first by every new connection', async () => {
    const main = await startFake(CROWDED, MARIADB_REPLICA)
    const admin = await startFake({ ...MARIADB_PRIMARY, 'SHOW ALL SLAVES STATUS': 'hangup' })
    const probe = startProbe(main.port, { adminPort: admin.port })
    expect(await probe.read()).toMatchObject({ kind: 'unseen', cause: 'lost' })
    expect(await probe.read()).toMatchObject({ kind: 'seen' })
    expect([main.accepted(), admin.accepted()]).toEqual([2, 1])
  })

  it('says so where there is no admin port', async () => {
    const full = await startFake(CROWDED)
    expect(await startProbe(full.port).read()).toEqual({
      kind: 'unseen',
      at: 0,
      cause: 'too_many_connections',
      text: 'max_connections reached',
    })
  })

  it('says so where the admin port does not let us in either', async () => {
    const full = await startFake(CROWDED)
    const adminPort = await findClosedPort()
    expect(await startProbe(full.port, { adminPort }).read()).toMatchObject({
      cause: 'too_many_connections',
      text: `max_connections reached, and admin port ${adminPort}: connection refused`,
    })
  })

  it('shares its deadline with its admin port', async () => {
    const full = await startFake(CROWDED)
    const admin = await startFake({ 'SELECT VERSION()': 'silence' })
    const asked = admin.asked('SELECT VERSION()')
    const reading = startProbe(full.port, { adminPort: admin.port }).read()
    await asked
    clock.advance(1)
    expect(await reading).toMatchObject({ cause: 'timeout', text: 'no answer to SELECT VERSION() within 1s' })
  })
})

describe('a probe that is closed', () => {
  const CLOSED = { kind: 'unseen', at: 0, cause: 'lost', text: 'probe closed' }

  it('ends the reading under way', async () => {
    const fake = await startFake({ ...MARIADB_REPLICA, 'SHOW ALL SLAVES STATUS': 'silence' })
    const probe = startProbe(fake.port)
    const asked = fake.asked('SHOW ALL')
    const reading = probe.read()
    await asked
    probe.close()
    expect(await reading).toEqual(CLOSED)
    await fake.allClosed()
  })

  it('connects no more', async () => {
    const fake = await startFake(MARIADB_REPLICA)
    const probe = startProbe(fake.port)
    await probe.read()
    probe.close()
    await fake.allClosed()
    expect(await probe.read()).toEqual(CLOSED)
    expect(fake.accepted()).toBe(1)
  })

  it('may be closed before it has read anything', async () => {
    const probe = startProbe(await findClosedPort())
    probe.close()
    probe.close()
    expect(await probe.read()).toEqual(CLOSED)
  })
})

function without(script: Script, change: Script | Record<string, null>): Script {
  const beginnings = Object.keys(change)
  return Object.fromEntries(
    Object.entries(script).filter(([key]) => !beginnings.some((beginning) => key.startsWith(beginning))),
  )
}
