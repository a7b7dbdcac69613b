/** A real Galera cluster behind a real HAProxy: one writer, the others read, and nobody serves who cannot. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import {
  desync,
  forgetData,
  holdTransfers,
  isolate,
  rejectQueries,
  rejoin,
  startGalera,
} from '../lab/galera.ts'
import type { GaleraNode } from '../lab/galera-node.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import { type Load, startLoad } from '../lab/load.ts'
import { type Front, putInFront } from '../lab/stage.ts'

let lab: Lab
let front: Front
let load: Load
let nodes: readonly GaleraNode[]

const READ = 'SELECT @@server_id AS serverId, (SELECT count(*) FROM shop.orders) AS orders'

beforeAll(async () => {
  lab = openLab()
  nodes = (await startGalera(lab, { nodes: 3 })).nodes
  front = await putInFront(lab, nodes, {
    pollInterval: '100ms',
    agentInterval: '100ms',
    mysql: { timeout: '400ms' },
    readers: { rise: 2, fall: 2, ramp: '0s', min_servers: 1, writer_fallback: '20%' },
  })
  load = startLoad(lab, { readPort: front.ports.read, writePort: front.ports.write, readSql: READ })
})

afterAll(() => lab.close())

async function haproxyHas(id: string, expected: RegExp): Promise<void> {
  const [pool, name] = id.split('/') as [string, string]
  await eventually(`HAProxy to have ${id} as ${expected}`, 40, async () => {
    const { status, weight, lastAgent } = await front.haproxy.server(pool, name)
    expect(`${status} ${weight} ${lastAgent.replace('via agent : ', '')}`).toMatch(expected)
    return true
  })
}

const WRITER = /^UP 100 up \(the writer\)$/
const READER = /^UP 100 up \(synced.*\)$/
const SPARED = /^UP 0 up \(the writer, which takes no reads here\)$/

/** The server that HAProxy writes to, and its reading peers. */
async function findRoles(): Promise<{
  readonly writer: GaleraNode
  readonly readers: readonly [GaleraNode, GaleraNode]
}> {
  return eventually('one writer and two readers', 40, async () => {
    const states = await Promise.all(nodes.map(({ name }) => front.haproxy.server('rw', name)))
    const writer = nodes.filter((_, index) => states[index]?.status === 'UP')
    expect(writer).toHaveLength(1)
    const readers = nodes.filter((candidate) => candidate !== writer[0])
    for (const { name } of readers) {
      expect((await front.haproxy.server('ro', name)).lastAgent).toMatch(/up \(synced/)
      expect((await front.haproxy.server('ro', name)).weight).toBe(100)
    }
    return { writer: writer[0] as GaleraNode, readers: readers as never }
  })
}

beforeEach(async () => {
  await findRoles()
  load.report()
})

async function expectNoFailures(): Promise<void> {
  const before = load.total()
  await eventually('a read and a write', 10, () => {
    const { reads, writes } = load.total()
    return reads.done > before.reads.done && writes.done > before.writes.done
  })
  const { reads, writes } = load.report()
  expect([...reads.failures, ...writes.failures]).toEqual([])
}

async function writesGoOn(): Promise<void> {
  const before = load.total().writes.done
  await eventually('writes to go on', 20, () => load.total().writes.done > before + 10)
}

/** Every write that a client was told to be safe stands on every node. */
async function expectNoLostWrites(): Promise<void> {
  const acknowledged = load.total().writes.done
  expect(acknowledged).toBeGreaterThan(0)
  for (const { name, sql } of nodes) {
    await eventually(`${name} to hold all writes`, 10, async () => {
      const [row] = await sql('SELECT count(*) AS orders FROM shop.orders')
      return Number(row?.['orders']) >= acknowledged
    })
  }
}

describe('a Galera cluster', () => {
  it('begins with the first node as its writer, and reads from the others', async () => {
    await haproxyHas('rw/db1', WRITER)
    await haproxyHas('rw/db2', /^DOWN .* down \(not the writer: db1 is\)$/)
    await haproxyHas('ro/db1', SPARED)
    await haproxyHas('ro/db2', READER)
    await haproxyHas('ro/db3', READER)
    await expectNoFailures()
  })

  it('spares a node that is desynced while another reads', async () => {
    const [reader] = (await findRoles()).readers
    await desync(reader, true)
    await haproxyHas(`ro/${reader.name}`, /^UP 0 up \((Donor\/Desynced|desynced on purpose)\)$/)
    await desync(reader, false)
    await haproxyHas(`ro/${reader.name}`, READER)
    await expectNoFailures()
  })

  it('cuts off a node that rejects queries, although it says Synced', async () => {
    const [reader] = (await findRoles()).readers
    await rejectQueries(reader, true)
    await haproxyHas(`ro/${reader.name}`, /^DOWN .* down \(it rejects queries \(wsrep_reject_queries\)\)$/)
    await rejectQueries(reader, false)
    await haproxyHas(`ro/${reader.name}`, READER)
  })

  it('cuts off a node without quorum, although SELECT 1 succeeds there', async () => {
    const [reader] = (await findRoles()).readers
    await isolate(reader)
    await haproxyHas(`ro/${reader.name}`, /^DOWN .* down \(non-Primary: it has lost the quorum\)$/)
    expect(await reader.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await rejoin(reader)
    await haproxyHas(`ro/${reader.name}`, READER)
  })

  it('spares the donor of a node that joins, and takes both back', { timeout: 90_000 }, async () => {
    const { readers } = await findRoles()
    const [joiner] = readers
    await joiner.stop()
    forgetData(joiner)
    const hold = holdTransfers(lab)
    const joining = joiner.restart()
    await eventually('a donor to be spared or to have lost the writer pool', 40, async () => {
      const stats = await Promise.all(nodes.map(({ name }) => front.haproxy.server('ro', name)))
      return stats.some(({ lastAgent }) => lastAgent.includes('Donor/Desynced'))
    })
    hold.release()
    await joining
    await findRoles()
  })

  it('moves its writer when that is stopped, and does not fail back', async () => {
    const { writer } = await findRoles()
    await writer.stop()
    const { writer: next } = await eventually('another writer', 20, async () => {
      const states = await Promise.all(nodes.map(({ name }) => front.haproxy.server('rw', name)))
      const found = nodes.find((candidate, index) => candidate !== writer && states[index]?.status === 'UP')
      return found ? { writer: found } : null
    })
    await writesGoOn()
    await writer.restart()
    await haproxyHas(`ro/${writer.name}`, READER)
    expect((await findRoles()).writer.name).toBe(next.name)
    await expectNoLostWrites()
  })

  it('moves its writer when that is frozen, and the thawed one serves only when it agrees with the others', async () => {
    const { writer } = await findRoles()
    writer.freeze()
    await haproxyHas(`rw/${writer.name}`, /^DOWN/)
    await writesGoOn()
    writer.thaw()
    const { writer: next } = await findRoles()
    expect(next.name).not.toBe(writer.name)
    await expectNoLostWrites()
  })
})
