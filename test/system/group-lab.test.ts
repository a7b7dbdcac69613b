import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import { awaitOnline, joinGroup, leaveGroup, readGroup, setPrimary, startGroup } from '../lab/group.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import { catchUpMysql, type Mysql } from '../lab/mysql.ts'
import { whyNoMysql } from '../lab/mysql-install.ts'
import { accounts } from '../lab/replication.ts'
import { keepConnection, type Sql } from '../lab/sql.ts'

const missing = whyNoMysql()
const skipped = missing === null ? '' : ` (SKIPPED, no MySQL: ${missing})`
if (missing !== null) console.warn(`tests against a real MySQL are SKIPPED: ${missing}`)

let lab: Lab

const asApp = ({ port }: Mysql): Sql => keepConnection(lab, { host: '127.0.0.1', port, ...accounts.app })

const INSERT = "INSERT INTO shop.orders (at, note) VALUES (now(6), 'paid')"

describe.skipIf(missing !== null)(`MySQL Group Replication${skipped}`, () => {
  let members: readonly [Mysql, Mysql, Mysql]

  beforeAll(async () => {
    lab = openLab()
    members = (await startGroup(lab, { members: 3, singlePrimary: true })).members as typeof members
  })
  afterAll(() => lab.close())

  /** `port:STATE:ROLE` of each member, as `member` sees it. */
  const view = async (member: Mysql) =>
    (await readGroup(member)).map(
      (row) => `${row['MEMBER_PORT']}:${row['MEMBER_STATE']}:${row['MEMBER_ROLE']}`,
    )

  it('has one primary, and another one on demand', async () => {
    const [first, second, third] = members
    await asApp(first).sql(INSERT)
    await catchUpMysql(third, first)
    expect(await asApp(third).sql('SELECT * FROM shop.orders')).toHaveLength(1)
    await expect(asApp(second).sql(INSERT)).rejects.toThrow(/read-only/)
    await setPrimary(second)
    await asApp(second).sql(INSERT)
    await expect(asApp(first).sql(INSERT)).rejects.toThrow(/read-only/)
    expect(await view(third)).toContain(`${second.port}:ONLINE:PRIMARY`)
  })

  it('loses a member that leaves, and gets it back', async () => {
    const [first, , third] = members
    await leaveGroup(third)
    expect(await view(third)).toEqual([`${third.port}:OFFLINE:`])
    expect(await view(first)).toHaveLength(2)
    await joinGroup(third)
    await awaitOnline(third)
    expect(await view(first)).toHaveLength(3)
  })

  it('leaves a lone survivor that says it is ONLINE, beside members out of reach', async () => {
    const [first, second, third] = members
    await Promise.all([second.kill9(), third.kill9()])
    await eventually('both to be out of reach', 12, async () => {
      expect(await view(first)).toEqual(
        expect.arrayContaining([
          `${first.port}:ONLINE:SECONDARY`,
          `${second.port}:UNREACHABLE:PRIMARY`,
          `${third.port}:UNREACHABLE:SECONDARY`,
        ]),
      )
      return true
    })
  })
})
