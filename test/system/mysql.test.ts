/** Real MySQL with asynchronous GTID replication behind a real HAProxy: a thread that stops, and a primary that dies. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import { type Load, startLoad } from '../lab/load.ts'
import { followMysql, type Mysql, startMysqlReplication } from '../lab/mysql.ts'
import { whyNoMysql } from '../lab/mysql-install.ts'
import { type Front, putInFront } from '../lab/stage.ts'

const missing = whyNoMysql()
const skipped = missing === null ? '' : ` (SKIPPED, no MySQL: ${missing})`

const READ = 'SELECT @@server_id AS serverId, (SELECT count(*) FROM shop.orders) AS orders'
const WRITE = "INSERT INTO shop.orders (at, note) VALUES (now(6), 'lab')"

describe.skipIf(missing !== null)(`MySQL behind HAProxy${skipped}`, () => {
  let lab: Lab
  let front: Front
  let load: Load
  let servers: readonly [Mysql, Mysql, Mysql]

  beforeAll(async () => {
    lab = openLab()
    servers = (await startMysqlReplication(lab, { replicas: 2 })).servers as typeof servers
    front = await putInFront(lab, servers, {
      pollInterval: '100ms',
      agentInterval: '100ms',
      mysql: { timeout: '500ms' },
      readers: { max_lag: '2s', recover_lag: '1s', rise: 2, fall: 1, ramp: '0s', min_servers: 1 },
    })
    const sql = { readSql: READ, writeSql: WRITE }
    load = startLoad(lab, { readPort: front.ports.read, writePort: front.ports.write, ...sql })
  })
  afterAll(() => lab.close())

  async function haproxyHas(id: string, expected: RegExp): Promise<void> {
    const [pool, name] = id.split('/') as [string, string]
    await eventually(`HAProxy to have ${id} as ${expected}`, 30, async () => {
      const { status, weight, lastAgent } = await front.haproxy.server(pool, name)
      expect(`${status} ${weight} ${lastAgent.replace('via agent : ', '')}`).toMatch(expected)
      return true
    })
  }

  const WRITER = /^UP 100 up \(the writer\)$/
  const READER = /^UP 100 up \(lag \d\.\ds\)$/

  it('leaves a replica alone whose SQL thread stops, and takes it back', async () => {
    await haproxyHas('rw/db1', WRITER)
    await haproxyHas('ro/db2', READER)
    await haproxyHas('ro/db3', READER)
    load.report()
    await servers[2].sql('STOP REPLICA SQL_THREAD')
    await haproxyHas('ro/db3', /^UP 0 up \(replication SQL thread stopped\)$/)
    await servers[2].sql('START REPLICA SQL_THREAD')
    await haproxyHas('ro/db3', READER)
    const { reads, writes } = load.report()
    expect([...reads.failures, ...writes.failures]).toEqual([])
  })

  it('follows a promoted replica when the primary is killed', async () => {
    const [first, second, third] = servers
    await first.kill9()
    await haproxyHas('rw/db1', /^DOWN/)
    await second.sql('STOP REPLICA')
    await second.sql('RESET REPLICA ALL')
    await second.sql('SET GLOBAL super_read_only = 0')
    await second.sql('SET GLOBAL read_only = 0')
    await followMysql(third, second)
    await haproxyHas('rw/db2', WRITER)
    await haproxyHas('ro/db3', READER)
    const before = load.total().writes.done
    await eventually('writes to go on', 20, () => load.total().writes.done > before + 10)
  })

  it('serves neither when the old primary comes back writable', async () => {
    const [first] = servers
    await first.restart()
    await first.sql('SET GLOBAL super_read_only = 0')
    await first.sql('SET GLOBAL read_only = 0')
    await haproxyHas('rw/db1', /^DOWN .* down \(no writer: db1 and db2 are both writable\)$/)
    await haproxyHas('rw/db2', /^DOWN .* down \(no writer: db1 and db2 are both writable\)$/)
    await first.sql('SET GLOBAL read_only = 1')
    await haproxyHas('rw/db2', WRITER)
  })
})
