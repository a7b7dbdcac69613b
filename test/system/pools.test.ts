/** The main job, on real servers: what happens to MariaDB, HAProxy's pools follow, and clients hardly notice. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import type { HaproxyServer } from '../lab/haproxy.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import { delay, stall, startIoThread, startSqlThread, stopIoThread, stopSqlThread } from '../lab/lag.ts'
import { type Load, startLoad } from '../lab/load.ts'
import type { Mariadb } from '../lab/mariadb.ts'
import { switchOver } from '../lab/replication.ts'
import { type Stage, setStage } from '../lab/stage.ts'

let lab: Lab
let stage: Stage
let load: Load

beforeAll(async () => {
  lab = openLab()
  stage = await setStage(lab, {
    replicas: 2,
    pollInterval: '100ms',
    agentInterval: '100ms',
    mysql: { timeout: '300ms' },
    readers: {
      max_lag: '1500ms',
      recover_lag: '1s',
      rise: 1,
      fall: 1,
      ramp: '1s',
      min_servers: 1,
      max_staleness: '6s',
      writer_fallback: '20%',
    },
  })
  load = startLoad(lab, { readPort: stage.ports.read, writePort: stage.ports.write })
})

afterAll(() => lab.close())

beforeEach(async () => {
  await haproxyHas('ro/db2', FULL)
  await haproxyHas('ro/db3', FULL)
  load.report()
})

const FULL = /^UP 100 up \(lag \d\.\ds\)$/
const server = (name: string): Mariadb =>
  stage.replication.servers.find((candidate) => candidate.name === name) as Mariadb

/** `UP 0 up (lag 2.1s over 2s)`: status, weight, and what the agent was heard to say. */
function describeServer({ status, weight, lastAgent }: HaproxyServer): string {
  return `${status} ${weight} ${lastAgent.replace('via agent : ', '')}`
}

async function haproxyHas(id: string, expected: RegExp): Promise<void> {
  const [pool, name] = id.split('/') as [string, string]
  await eventually(`HAProxy to have ${id} as ${expected}`, 20, async () => {
    expect(describeServer(await stage.haproxy.server(pool, name))).toMatch(expected)
    return true
  })
}

async function expectNoFailures(): Promise<void> {
  const before = load.total()
  await eventually('a read and a write', 10, () => {
    const { reads, writes } = load.total()
    return reads.done > before.reads.done && writes.done > before.writes.done
  })
  const { reads, writes } = load.report()
  expect([...reads.failures, ...writes.failures]).toEqual([])
}

/** Lets clients do that many reads from now on, and tells which servers they went to. */
async function readsGoTo(count: number): Promise<readonly string[]> {
  await reads(20) // those that were under way
  load.report()
  await reads(count)
  return Object.keys(load.report().reads.perServer).sort()
}

async function reads(count: number): Promise<void> {
  const before = load.total().reads.done
  await eventually(`${count} reads`, 20, () => load.total().reads.done >= before + count)
}

describe('a replica', () => {
  it('whose SQL thread stops gets no new connections, and a client that is there may stay', async () => {
    const guests = startLoad(lab, {
      readPort: stage.ports.read,
      writePort: null,
      connections: 'kept',
      readers: 8,
    })
    await eventually('a guest on db3', 10, () => (guests.report().reads.perServer['3'] ?? 0) > 0)
    await stopSqlThread(server('db3'))
    await haproxyHas('ro/db3', /^UP 0 up \(replication SQL thread stopped\)$/)
    expect(await readsGoTo(100)).toEqual(['2'])
    guests.report()
    await eventually(
      'the guest to read on db3 still',
      10,
      () => (guests.report().reads.perServer['3'] ?? 0) > 5,
    )
    expect((await guests.stop()).reads.failures).toEqual([])
    await startSqlThread(server('db3'))
    await haproxyHas('ro/db3', FULL)
    expect(await readsGoTo(200)).toEqual(['2', '3'])
  })

  it('whose IO thread stops leaves although it says lag 0 or NULL', async () => {
    await stopIoThread(server('db3'))
    await haproxyHas('ro/db3', /^UP 0 up \(replication IO thread stopped\)$/)
    await startIoThread(server('db3'))
    await haproxyHas('ro/db3', FULL)
    await expectNoFailures()
  })

  it('that lags leaves above max_lag, and returns at recover_lag with a small weight first', async () => {
    const { release } = await stall(lab, server('db3'))
    await haproxyHas('ro/db3', /^UP 0 up \(lag [12]\.\ds over (1500ms|1s)\)$/)
    await release()
    await haproxyHas('ro/db3', /^UP [1-9]0 up \(lag \d\.\ds, ramping\)$/)
    await haproxyHas('ro/db3', FULL)
    await expectNoFailures()
  })

  it('that is delayed on purpose never serves', async () => {
    await delay(server('db3'), 60)
    await haproxyHas('ro/db3', /^UP 0 up \(replicates 1m late on purpose\)$/)
    await delay(server('db3'), 0)
    await haproxyHas('ro/db3', FULL)
    await expectNoFailures()
  })

  it('that is killed is down, and comes back when it is started', async () => {
    await server('db3').kill9()
    await haproxyHas('ro/db3', /^DOWN/)
    expect(await readsGoTo(100)).toEqual(['2'])
    await server('db3').restart()
    await haproxyHas('ro/db3', FULL)
  })

  it('that is frozen is down within its deadline, and its clients are cut off to try elsewhere', async () => {
    const guests = startLoad(lab, {
      readPort: stage.ports.read,
      writePort: null,
      connections: 'kept',
      readers: 8,
      timeoutMs: 60_000,
    })
    await eventually('a guest on db3', 10, () => (guests.report().reads.perServer['3'] ?? 0) > 0)
    server('db3').freeze()
    await haproxyHas('ro/db3', /^DOWN .* down \(no (answer|handshake|TCP connection).* within 300ms\)$/)
    await eventually('the guests to have been cut off', 10, () => guests.total().reads.failed > 0)
    server('db3').thaw()
    await haproxyHas('ro/db3', FULL)
    await guests.stop()
  })
})

describe('when all replicas lag', () => {
  it('the floor keeps one, and beyond max_staleness the writer takes over', async () => {
    const stalls = [await stall(lab, server('db2')), await stall(lab, server('db3'))]
    await eventually('one to be kept', 20, async () => {
      const both = [await stage.haproxy.server('ro', 'db2'), await stage.haproxy.server('ro', 'db3')]
      const kept = both.filter(({ lastAgent, weight }) => weight === 100 && lastAgent.includes('floor: lag'))
      return kept.length === 1 && both.some(({ weight }) => weight === 0)
    })
    expect(await readsGoTo(50)).toHaveLength(1)
    expect((await stage.poolguard.get('/metrics')).text).toContain('poolguard_pool_floor_active{pool="ro"} 1')
    await haproxyHas('ro/db1', /^UP 20 up \(the writer serves reads at 20%: no other server is left\)$/)
    await haproxyHas('ro/db2', /^UP 0/)
    await haproxyHas('ro/db3', /^UP 0/)
    expect(await readsGoTo(50)).toEqual(['1'])
    for (const { release } of stalls) await release()
    await haproxyHas('ro/db1', /^UP 0 up \(the writer, which takes no reads here\)$/)
    await haproxyHas('ro/db2', FULL)
    await expectNoFailures()
  })

  it('because the primary is frozen, the heartbeat tells although Seconds_Behind_Master says 0', async () => {
    server('db1').freeze()
    await haproxyHas('ro/db2', /lag [1-9]\.\ds over/)
    const [status] = await server('db2').sql('SHOW ALL SLAVES STATUS')
    expect(status?.['Seconds_Behind_Master']).toBe(0)
    await haproxyHas('rw/db1', /^DOWN/)
    server('db1').thaw()
    await haproxyHas('ro/db2', FULL)
    await haproxyHas('rw/db1', /^UP 100/)
  })
})

describe('two writable servers', () => {
  it('are both cut off, and the reason stands on the stats page', async () => {
    await server('db2').sql('SET GLOBAL read_only = 0')
    for (const name of ['db1', 'db2', 'db3']) {
      await haproxyHas(`rw/${name}`, /^DOWN .* down \(no writer: db1 and db2 are both writable\)$/)
    }
    const page = await (await fetch(`http://127.0.0.1:${stage.ports.stats}/`)).text()
    expect(page).toContain('no writer: db1 and db2 are both writable')
    await server('db2').sql('SET GLOBAL read_only = 1')
    await haproxyHas('rw/db1', /^UP 100 up \(the writer\)$/)
  })
})

describe('a planned switchover', () => {
  it('moves the writer pool, and the roles of readers with it', async () => {
    await haproxyHas('rw/db1', /^UP 100 up \(the writer\)$/)
    await switchOver(stage.replication.servers, server('db1'), server('db2'))
    await haproxyHas('rw/db2', /^UP 100 up \(the writer\)$/)
    await haproxyHas('rw/db1', /^DOWN .* down \(not the writer: db2 is\)$/)
    await haproxyHas('ro/db2', /^UP 0 up \(the writer, which takes no reads here\)$/)
    const before = load.total().writes.done
    await eventually('writes to go on', 20, () => load.total().writes.done > before + 10)
  })
})
