/** Real MySQL Group Replication behind a real HAProxy: the pools follow the primary, and old views serve nobody. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import { awaitOnline, joinGroup, readGroup, setPrimary, startGroup } from '../lab/group.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import { type Load, startLoad } from '../lab/load.ts'
import type { Mysql } from '../lab/mysql.ts'
import { whyNoMysql } from '../lab/mysql-install.ts'
import { type Front, putInFront } from '../lab/stage.ts'

const missing = whyNoMysql()
const skipped = missing === null ? '' : ` (SKIPPED, no MySQL: ${missing})`

const READ = 'SELECT @@server_id AS serverId, (SELECT count(*) FROM shop.orders) AS orders'
const WRITE = "INSERT INTO shop.orders (at, note) VALUES (now(6), 'lab')"

describe.skipIf(missing !== null)(`MySQL Group Replication behind HAProxy${skipped}`, () => {
  let lab: Lab
  let front: Front
  let load: Load
  let members: readonly [Mysql, Mysql, Mysql]

  beforeAll(async () => {
    lab = openLab()
    members = (await startGroup(lab, { members: 3, singlePrimary: true })).members as typeof members
    front = await putInFront(lab, members, {
      pollInterval: '100ms',
      agentInterval: '100ms',
      mysql: { timeout: '500ms' },
      readers: { rise: 2, fall: 2, ramp: '0s', min_servers: 1, writer_fallback: '20%' },
    })
    const sql = { readSql: READ, writeSql: WRITE }
    load = startLoad(lab, { readPort: front.ports.read, writePort: front.ports.write, ...sql })
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

  async function writesGoOn(): Promise<void> {
    const before = load.total().writes.done
    await eventually('writes to go on', 30, () => load.total().writes.done > before + 10)
  }

  const WRITER = /^UP 100 up \(the writer\)$/
  const READER = /^UP 100 up \(ONLINE.*\)$/

  it('writes to the primary and reads from the secondaries', async () => {
    await haproxyHas('rw/db1', WRITER)
    await haproxyHas('rw/db2', /^DOWN .* down \(not the writer: db1 is\)$/)
    await haproxyHas('ro/db1', /^UP 0 up \(the writer, which takes no reads here\)$/)
    await haproxyHas('ro/db2', READER)
    await haproxyHas('ro/db3', READER)
    await writesGoOn()
    const { reads } = load.report()
    expect(reads.failures).toEqual([])
  })

  it('follows a primary that was moved on purpose', async () => {
    await setPrimary(members[1])
    await haproxyHas('rw/db2', WRITER)
    await haproxyHas('rw/db1', /^DOWN .* down \(not the writer: db2 is\)$/)
    await haproxyHas('ro/db1', READER)
    await writesGoOn()
  })

  it('lets a frozen secondary go, and takes it back when the others list it again', {
    timeout: 90_000,
  }, async () => {
    members[2].freeze()
    await haproxyHas('ro/db3', /^DOWN/)
    await eventually(
      'the group to have expelled db3',
      30,
      async () => (await readGroup(members[0])).length === 2,
    )
    members[2].thaw()
    await haproxyHas('ro/db3', READER)
    await awaitOnline(members[2])
  })

  it('follows the group when its primary is killed, and loses no acknowledged write', {
    timeout: 90_000,
  }, async () => {
    await members[1].kill9()
    await eventually('another writer', 30, async () => {
      const states = await Promise.all(['db1', 'db3'].map((name) => front.haproxy.server('rw', name)))
      return states.filter(({ status }) => status === 'UP').length === 1
    })
    await writesGoOn()
    await members[1].restart()
    await joinGroup(members[1])
    await awaitOnline(members[1])
    await haproxyHas('ro/db2', READER)
    const acknowledged = load.total().writes.done
    for (const { name, sql } of members) {
      await eventually(`${name} to hold all writes`, 10, async () => {
        const [row] = await sql('SELECT count(*) AS orders FROM shop.orders')
        return Number(row?.['orders']) >= acknowledged
      })
    }
  })
})
