import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import { type Haproxy, startHaproxy } from '../lab/haproxy.ts'
import { startHeartbeat } from '../lab/heartbeat.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import {
  delay,
  readReplica,
  stall,
  startIoThread,
  startSqlThread,
  stopIoThread,
  stopSqlThread,
} from '../lab/lag.ts'
import { startLoad } from '../lab/load.ts'
import type { Mariadb } from '../lab/mariadb.ts'
import { startPoolguard } from '../lab/poolguard.ts'
import { freePort, freePorts } from '../lab/ports.ts'
import { accounts, type Replication, startReplication, switchOver } from '../lab/replication.ts'
import { connect } from '../lab/sql.ts'

let lab: Lab
let topology: Replication
let haproxy: Haproxy
let readPort: number
let writePort: number

beforeAll(async () => {
  lab = openLab()
  topology = await startReplication(lab, { replicas: 2 })
  ;[readPort, writePort] = (await freePorts(2)) as [number, number]
  haproxy = await startHaproxy(lab, { configText: ({ adminSocket }) => config(adminSocket) })
  startHeartbeat(lab, topology.primary)
})
afterAll(() => lab.close())

const line = ({ name, port }: Mariadb) => `  server ${name} 127.0.0.1:${port} check inter 100ms weight 100`

const config = (adminSocket: string) => `
global
  stats socket ${adminSocket} level admin
defaults
  mode tcp
  timeout connect 1s
  timeout client 1m
  timeout server 1m
  default-server rise 1 fall 2
listen rw
  bind 127.0.0.1:${writePort}
${line(topology.primary)}
listen ro
  bind 127.0.0.1:${readPort}
  balance roundrobin
${topology.replicas.map(line).join('\n')}
`

describe('replication', () => {
  it('gives each account no more than its work needs', async () => {
    const [replica] = topology.replicas as [Mariadb]
    const as = (account: keyof typeof accounts) =>
      connect({ host: '127.0.0.1', port: replica.port, ...accounts[account] })
    const app = await as('app')
    await expect(app.query("INSERT INTO shop.orders VALUES (NULL, now(), 'x')")).rejects.toThrow(/read-only/)
    const poolguard = await as('poolguard')
    await expect(poolguard.query('SHOW ALL SLAVES STATUS')).resolves.toBeDefined()
    await expect(poolguard.query('SELECT * FROM shop.orders')).rejects.toThrow(/denied/)
    app.destroy()
    poolguard.destroy()
  })
})

describe('a lagging replica', () => {
  it('falls behind by a second a second while stalled, says Yes twice and serves reads', async () => {
    const [replica] = topology.replicas as [Mariadb]
    const stalled = await stall(lab, replica)
    await eventually('the lag to grow', 8, async () => {
      const status = await readReplica(replica)
      expect(status).toMatchObject({ io: 'Yes', sql: 'Yes' })
      expect(status.heartbeatLag).toBeGreaterThan(2)
      expect(status.secondsBehind).toBeGreaterThanOrEqual(2)
      return true
    })
    const load = startLoad(lab, { readPort, writePort, connections: 'short' })
    await eventually(
      'reads by both replicas',
      5,
      () => Object.keys(load.total().reads.perServer).length === 2,
    )
    const { reads } = await load.stop()
    expect(reads.failures).toEqual([])
    expect(reads.staleSeconds.max).toBeGreaterThan(2)
    await stalled.release()
    await eventually('the lag to end', 5, async () => Number((await readReplica(replica)).heartbeatLag) < 0.5)
  })

  it('stays behind by a fixed time when delayed', async () => {
    const [replica] = topology.replicas as [Mariadb]
    await delay(replica, 2)
    await eventually('the lag to settle', 6, async () => {
      const { heartbeatLag, sql } = await readReplica(replica)
      expect(sql).toBe('Yes')
      expect(heartbeatLag).toBeGreaterThan(1.9)
      expect(heartbeatLag).toBeLessThan(3.2)
      return true
    })
    await delay(replica, 0)
    await eventually('the lag to end', 5, async () => Number((await readReplica(replica)).heartbeatLag) < 0.5)
  })

  it.each([
    { thread: 'sql', stop: stopSqlThread, start: startSqlThread },
    { thread: 'io', stop: stopIoThread, start: startIoThread },
  ] as const)('has no lag to tell while its $thread thread is stopped', async ({ thread, stop, start }) => {
    const [replica] = topology.replicas as [Mariadb]
    await stop(replica)
    expect(await readReplica(replica)).toMatchObject({ [thread]: 'No', secondsBehind: null })
    await start(replica)
    await eventually('both threads to run', 5, async () => (await readReplica(replica)).secondsBehind === 0)
  })
})

describe('load', () => {
  it.each(['short', 'kept'] as const)('counts every failure of %s connections', async (connections) => {
    const [, victim] = topology.replicas as [Mariadb, Mariadb]
    const load = startLoad(lab, { readPort, writePort, connections, readers: 4, pauseMs: 5 })
    await eventually('reads', 5, () => load.total().reads.done > 50)
    expect(load.report().reads.failures).toEqual([])
    await victim.kill9()
    await eventually('failed reads', 5, () => load.total().reads.failed > 0)
    await eventually(
      'haproxy to see it',
      5,
      async () => (await haproxy.server('ro', victim.name)).status === 'DOWN',
    )
    await victim.restart()
    await eventually(
      'haproxy to use it',
      5,
      async () => (await haproxy.server('ro', victim.name)).status === 'UP',
    )
    const { writes } = await load.stop()
    expect(writes).toMatchObject({ failures: [], perServer: { 1: writes.done } })
    expect(load.report().reads.done).toBeGreaterThan(0)
  })

  it('gives up on a server that is frozen', async () => {
    const [, victim] = topology.replicas as [Mariadb, Mariadb]
    victim.freeze()
    const load = startLoad(lab, { readPort, writePort: null, timeoutMs: 300 })
    await eventually('a time-out', 5, () =>
      load.total().reads.failures.some(({ text }) => /ETIMEDOUT/.test(text)),
    )
    victim.thaw()
    await eventually('answers of both', 5, () => Object.keys(load.report().reads.perServer).length === 2)
    await load.stop()
  })
})

describe('haproxy', () => {
  it('answers on its admin socket and takes a new configuration', async () => {
    const [{ name }] = topology.replicas as [Mariadb]
    await haproxy.admin(`set server ro/${name} weight 30%`)
    expect(await haproxy.server('ro', name)).toMatchObject({ weight: 30, status: 'UP' })
    await expect(haproxy.reload('nonsense')).rejects.toThrow(/nonsense/)
    await haproxy.reload(config(haproxy.adminSocket).replaceAll('weight 100', 'weight 50'))
    expect((await haproxy.server('ro', name)).weight).toBe(50)
  })
})

describe('poolguard', () => {
  it('is started, asked, killed and started again', async () => {
    const script = join(lab.dir, 'pretender.mjs')
    writeFileSync(script, PRETENDER)
    const httpPort = await freePort()
    const daemon = await startPoolguard(lab, { configText: () => String(httpPort), httpPort, script })
    const before = (await daemon.get('/v1/pid')).json<number>()
    expect(before).toBe(daemon.pid)
    await daemon.kill9()
    await expect(daemon.get('/v1/pid')).rejects.toThrow()
    await daemon.restart()
    expect((await daemon.get('/v1/pid')).json<number>()).not.toBe(before)
    await daemon.stop()
    expect(daemon.isRunning()).toBe(false)
  })
})

/** Enough of the daemon for the lab's own sake. */
const PRETENDER = `
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
createServer((_, answer) => answer.end(String(process.pid))).listen(Number(readFileSync(process.argv[4])), '127.0.0.1')
`

describe('a switchover', () => {
  it('makes another server the primary, and the old one its replica', async () => {
    const { primary, replicas, servers } = topology
    const [next, other] = replicas as [Mariadb, Mariadb]
    await switchOver(servers, primary, next)
    startHeartbeat(lab, next)
    for (const replica of [other, primary]) {
      await eventually(`${replica.name} to follow`, 5, async () => {
        const { io, sql, heartbeatLag, error } = await readReplica(replica)
        expect({ io, sql, error }).toEqual({ io: 'Yes', sql: 'Yes', error: '' })
        return Number(heartbeatLag) < 0.5
      })
    }
  })
})
