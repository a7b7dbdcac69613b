import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import {
  bootstrap,
  desync,
  forgetData,
  holdTransfers,
  isolate,
  readGalera,
  rejectQueries,
  rejoin,
  startGalera,
} from '../lab/galera.ts'
import type { GaleraNode } from '../lab/galera-node.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import { accounts } from '../lab/replication.ts'
import { keepConnection, type Sql } from '../lab/sql.ts'

let lab: Lab
let nodes: readonly [GaleraNode, GaleraNode, GaleraNode]

const SYNCED = { wsrep_local_state: '4', wsrep_cluster_status: 'Primary', wsrep_ready: 'ON' }
const ALONE = { wsrep_local_state: '0', wsrep_cluster_status: 'non-Primary', wsrep_ready: 'OFF' }

beforeAll(async () => {
  lab = openLab()
  nodes = (await startGalera(lab, { nodes: 3, providerOptions: ['gcs.fc_limit=32'] })).nodes as typeof nodes
})
afterAll(() => lab.close())

const as = (user: 'app' | 'poolguard', { port }: GaleraNode): Sql =>
  keepConnection(lab, { host: '127.0.0.1', port, ...accounts[user] })

const says = (node: GaleraNode, expected: Readonly<Record<string, string>>) =>
  eventually(`${node.name} to say ${Object.values(expected).join(', ')}`, 8, async () => {
    expect(await readGalera(node)).toMatchObject(expected)
    return true
  })

describe('a Galera cluster', () => {
  it('takes writes everywhere, and shows its state to an account that may read no data', async () => {
    const [first, , last] = nodes
    await as('app', first).sql("INSERT INTO shop.orders (at, note) VALUES (now(6), 'from db1')")
    await eventually('the row on db3', 5, async () => {
      const rows = await as('app', last).sql('SELECT note FROM shop.orders')
      return rows[0]?.['note'] === 'from db1'
    })
    const poolguard = as('poolguard', last)
    expect(await poolguard.sql("SHOW GLOBAL STATUS LIKE 'wsrep_local_state'")).toMatchObject([{ Value: '4' }])
    expect(await poolguard.sql('SELECT @@wsrep_on, @@wsrep_reject_queries')).toHaveLength(1)
    await expect(poolguard.sql('SELECT * FROM shop.orders')).rejects.toThrow(/denied/)
  })

  it('has a node that is desynced on demand', async () => {
    await desync(nodes[1], true)
    await says(nodes[1], { ...SYNCED, wsrep_local_state: '2', wsrep_local_state_comment: 'Donor/Desynced' })
    await desync(nodes[1], false)
    await says(nodes[1], SYNCED)
  })

  it('has a node that refuses queries and says that it is synced', async () => {
    await rejectQueries(nodes[1], true)
    expect(await readGalera(nodes[1])).toMatchObject(SYNCED)
    await expect(as('app', nodes[1]).sql('SELECT * FROM shop.orders')).rejects.toThrow(/not yet prepared/)
    await rejectQueries(nodes[1], false)
    expect(await as('app', nodes[1]).sql('SELECT * FROM shop.orders')).toHaveLength(1)
  })

  it('loses a node that is isolated, and gets it back', async () => {
    const [first, , last] = nodes
    await isolate(last)
    await says(last, ALONE)
    await says(first, { ...SYNCED, wsrep_cluster_size: '2' })
    await expect(as('app', last).sql('SELECT * FROM shop.orders')).rejects.toThrow(/not yet prepared/)
    await rejoin(last)
    await says(last, { ...SYNCED, wsrep_cluster_size: '3' })
  })
})

describe('a state transfer', () => {
  it('keeps its donor a donor for as long as a test wants, and copies all data', async () => {
    const [first, second, last] = nodes
    await last.stop()
    forgetData(last)
    const held = holdTransfers(lab)
    const restarted = last.restart()
    const donor = await eventually('a donor', 10, async () => {
      for (const node of [first, second]) {
        if ((await readGalera(node))['wsrep_local_state'] === '2') return node
      }
      return null
    })
    expect(await as('app', donor).sql('SELECT * FROM shop.orders')).toHaveLength(1)
    await expect(as('app', last).sql('SELECT 1')).rejects.toThrow(/ECONNREFUSED/)
    held.release()
    await restarted
    expect(await as('app', last).sql('SELECT * FROM shop.orders')).toHaveLength(1)
  })
})

describe('the last of three', () => {
  it('is not primary until it is told to be', async () => {
    const [first, second, last] = nodes
    await Promise.all([first.kill9(), second.kill9()])
    await says(last, ALONE)
    await bootstrap(last)
    await says(last, { ...SYNCED, wsrep_cluster_size: '1' })
  })
})
