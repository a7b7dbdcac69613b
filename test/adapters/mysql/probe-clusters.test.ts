import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMysqlProbe } from '../../../src/adapters/mysql/probe.ts'
import type { Probe } from '../../../src/ports.ts'
import { createHandClock, type HandClock } from '../../lab/hand-clock.ts'
import { type Answer, type FakeMysql, type Script, startFakeMysql } from './fake-mysql.ts'
import { loadFixture, loadGaleraFixture, loadGroupFixture } from './load-fixture.ts'
import {
  createTarget,
  GALERA_NODE,
  GROUP_MEMBER,
  MARIADB_PRIMARY,
  MYSQL_REPLICA,
  toPairs,
  WHICH_CLUSTER,
} from './scripts.ts'

let clock: HandClock
let fake: FakeMysql
let probe: Probe
let answers: Script

beforeEach(async () => {
  clock = createHandClock()
  // a copy that follows `answers`, so that a server may change under a connection
  fake = await startFakeMysql(() => new Proxy({}, FOLLOWING))
  probe = createMysqlProbe(createTarget(fake.port, { heartbeat: { table: 'p.h', utc: true } }), clock)
})

afterEach(async () => {
  probe.close()
  await fake.allClosed()
  await fake.stop()
  expect(clock.pending()).toBe(0)
})

const FOLLOWING: ProxyHandler<Script> = {
  has: (_, key) => key in answers,
  get: (_, key) => answers[String(key)],
  ownKeys: () => Object.keys(answers),
  getOwnPropertyDescriptor: (_, key) => Object.getOwnPropertyDescriptor(answers, key),
}

/** What the next reading asks, without the arguments. */
async function listStatements(): Promise<readonly string[]> {
  const before = fake.statements.length
  await probe.read()
  return fake.statements.slice(before).map((statement) => statement.replace(/ WHERE .*| AS .*/, ''))
}

const WITH_LIBRARY = { wsrep_provider: '/usr/lib/galera/libgalera_smm.so', wsrep_sync_wait: '0' }

describe('a Galera node', () => {
  it('is read with what it says of itself', async () => {
    answers = GALERA_NODE
    expect(await probe.read()).toMatchObject({
      kind: 'seen',
      writable: true,
      channels: [],
      heartbeat: null,
      galera: { isPrimaryComponent: true, localState: 4, isReady: true, clusterSize: 3 },
      group: null,
    })
  })

  it('is asked two statements to know it, and one more than others at every reading', async () => {
    answers = GALERA_NODE
    const reading = ['SELECT @@global.read_only', 'SHOW ALL SLAVES STATUS', 'SHOW STATUS']
    expect(await listStatements()).toEqual(['SELECT VERSION()', WHICH_CLUSTER, ...reading])
    expect(await listStatements()).toEqual(reading)
  })

  it('is asked for those variables only that it has', async () => {
    answers = GALERA_NODE
    await probe.read()
    expect(fake.statements[2]).toBe(
      'SELECT @@global.read_only AS read_only, @@global.wsrep_on AS wsrep_on, ' +
        '@@global.wsrep_desync AS wsrep_desync, @@global.wsrep_reject_queries AS wsrep_reject_queries, ' +
        '@@global.wsrep_sst_donor_rejects_queries AS wsrep_sst_donor_rejects_queries',
    )
  })

  it('may be a replica as well', async () => {
    const beat = [{ beats: '1', age: '250000' }]
    answers = {
      ...GALERA_NODE,
      'SHOW ALL SLAVES STATUS': loadFixture('mariadb-10.11-healthy').rows,
      'SELECT COUNT(*)': beat,
    }
    expect(await probe.read()).toMatchObject({
      channels: [{ lag: 0 }],
      heartbeat: { kind: 'lag', seconds: 0.25 },
      galera: { localState: 4 },
    })
  })

  it('is seen without its cluster', async () => {
    answers = { ...GALERA_NODE, 'SHOW STATUS': toPairs(loadGaleraFixture('non-primary').status) }
    expect(await probe.read()).toMatchObject({
      kind: 'seen',
      galera: { isPrimaryComponent: false, isReady: false, viewNumber: -1 },
    })
  })

  it('does not let our questions wait for its cluster', async () => {
    const waits = toPairs({ ...WITH_LIBRARY, ...loadGaleraFixture('synced').variables, wsrep_sync_wait: '1' })
    answers = { ...GALERA_NODE, [WHICH_CLUSTER]: waits, 'SET SESSION wsrep_sync_wait = 0': 'ok' }
    expect((await listStatements()).slice(1, 4)).toEqual([
      WHICH_CLUSTER,
      'SET SESSION wsrep_sync_wait = 0',
      'SELECT @@global.read_only',
    ])
    expect(await probe.read()).toMatchObject({ kind: 'seen', galera: { isReady: true } })
  })

  it('is seen without its cluster, even if it answers nobody who waits for the cluster', async () => {
    let waits = true
    answers = {
      ...GALERA_NODE,
      get 'SELECT VERSION()'(): Answer {
        return waits ? { code: 1205, message: 'Lock wait timeout' } : (GALERA_NODE['SELECT VERSION()'] ?? [])
      },
      get 'SET SESSION wsrep_sync_wait = 0'(): Answer {
        waits = false
        return 'ok'
      },
      'SHOW STATUS': toPairs(loadGaleraFixture('non-primary').status),
    }
    expect(await probe.read()).toMatchObject({ kind: 'seen', galera: { isPrimaryComponent: false } })
  })

  it.each`
    change                                                                 | text
    ${{ 'SHOW STATUS': toPairs({ wsrep_cluster_status: 'Primary' }) }}     | ${'no wsrep_local_state in the answer'}
    ${{ 'SHOW STATUS': [] }}                                               | ${'no wsrep_cluster_status in the answer'}
    ${{ 'SHOW STATUS': { code: 1047, message: 'Unknown command' } }}       | ${'error 1047: Unknown command'}
    ${{ 'SELECT @@': [{ read_only: '0', wsrep_on: '0' }] }}                | ${'wsrep_on is OFF on a node of a cluster: what is written here stays here'}
    ${{ 'SELECT @@': [{ read_only: '0', wsrep_on: '1' }] }}                | ${'no wsrep_desync in the answer'}
    ${{ 'SELECT @@': { code: 1193, message: 'Unknown system variable' } }} | ${'error 1193: Unknown system variable'}
  `('is unseen where it cannot be judged: $text', async ({ change, text }) => {
    answers = { ...change, ...GALERA_NODE, ...change }
    expect(await probe.read()).toEqual({ kind: 'unseen', at: 0, cause: 'unexpected', text })
  })
})

describe('a server with a Galera library and wsrep_on off', () => {
  const which = toPairs({ ...WITH_LIBRARY, wsrep_on: 'OFF', wsrep_desync: 'OFF' })

  it('is on its own, and asked about it once', async () => {
    answers = {
      ...MARIADB_PRIMARY,
      [WHICH_CLUSTER]: which,
      'SHOW STATUS': toPairs({ wsrep_connected: 'OFF' }),
    }
    expect(await probe.read()).toMatchObject({ kind: 'seen', writable: true, galera: null })
    expect(await listStatements()).toEqual(['SELECT @@global.read_only', 'SHOW ALL SLAVES STATUS'])
  })

  it('is unseen while it is connected to a cluster, which its writes would not reach', async () => {
    answers = {
      ...MARIADB_PRIMARY,
      [WHICH_CLUSTER]: which,
      'SHOW STATUS': toPairs({ wsrep_connected: 'ON' }),
    }
    expect(await probe.read()).toMatchObject({
      cause: 'unexpected',
      text: 'wsrep_on is OFF on a node of a cluster: what is written here stays here',
    })
  })
})

describe('a member of a replication group', () => {
  const MEMBERS = 'SELECT * FROM performance_schema.replication_group_members'
  const STATS = 'SELECT * FROM performance_schema.replication_group_member_stats'
  const { serverUuid } = loadGroupFixture('online-secondary')

  it('is read with what it says of its group', async () => {
    answers = GROUP_MEMBER
    expect(await probe.read()).toMatchObject({
      kind: 'seen',
      writable: false,
      channels: [],
      galera: null,
      group: { self: serverUuid, members: [{}, {}, {}], applierQueue: 0, certificationQueue: 0 },
    })
  })

  it('is asked two statements to know it, and two more than others at every reading', async () => {
    answers = GROUP_MEMBER
    const reading = ['SELECT @@global.read_only', 'SHOW REPLICA STATUS', MEMBERS, STATS]
    expect(await listStatements()).toEqual(['SELECT VERSION()', WHICH_CLUSTER, ...reading])
    expect(await listStatements()).toEqual(reading)
  })

  it('that left its group is no lone primary', async () => {
    const { members, stats } = loadGroupFixture('offline')
    answers = { ...GROUP_MEMBER, [MEMBERS]: members, [STATS]: stats }
    expect(await probe.read()).toMatchObject({ group: { members: [{ state: 'OFFLINE' }] } })
    answers = { ...GROUP_MEMBER, [MEMBERS]: [], [STATS]: [] }
    expect(await probe.read()).toMatchObject({ group: { members: [] } })
  })

  it.each`
    beginning                | answer                                              | cause           | text
    ${MEMBERS}               | ${{ code: 1142, message: 'SELECT command denied' }} | ${'grant'}      | ${'state of the group denied: GRANT SELECT ON performance_schema.* is missing'}
    ${STATS}                 | ${{ code: 1142, message: 'SELECT command denied' }} | ${'grant'}      | ${'state of the group denied: GRANT SELECT ON performance_schema.* is missing'}
    ${STATS}                 | ${[]}                                               | ${'unexpected'} | ${`no row of this member in the answer to ${STATS}`}
    ${STATS}                 | ${'hangup'}                                         | ${'lost'}       | ${'connection lost'}
    ${'SELECT @@'}           | ${[{ read_only: '1', super_read_only: '1' }]}       | ${'unexpected'} | ${'no server_uuid in the answer'}
    ${'SHOW REPLICA STATUS'} | ${{ code: 1227, message: 'Access denied' }}         | ${'grant'}      | ${'SHOW REPLICA STATUS denied: GRANT REPLICATION CLIENT ON *.* is missing'}
  `('is unseen where $beginning answers $answer', async ({ beginning, answer, cause, text }) => {
    answers = { [beginning]: answer, ...GROUP_MEMBER, ...{ [beginning]: answer } }
    expect(await probe.read()).toEqual({ kind: 'unseen', at: 0, cause, text })
  })

  it('is known as one a minute after it was made one', async () => {
    answers = MYSQL_REPLICA
    expect(await probe.read()).toMatchObject({ group: null })
    answers = GROUP_MEMBER
    clock.advance(60.1)
    expect(await probe.read()).toMatchObject({ group: { self: serverUuid } })
  })
})

describe('a server that becomes a node while it runs', () => {
  it('is known as one a minute later', async () => {
    answers = MARIADB_PRIMARY
    expect(await probe.read()).toMatchObject({ galera: null })
    answers = GALERA_NODE
    clock.advance(60)
    expect(await probe.read()).toMatchObject({ galera: null })
    clock.advance(0.1)
    expect(await probe.read()).toMatchObject({ galera: { localState: 4 } })
    expect(fake.accepted()).toBe(1)
  })
})
