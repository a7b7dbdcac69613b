import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, openLab } from '../lab/lab.ts'
import { catchUpMysql, type Mysql, startMysqlReplication } from '../lab/mysql.ts'
import { whyNoMysql } from '../lab/mysql-install.ts'
import { accounts } from '../lab/replication.ts'
import { keepConnection, type Sql } from '../lab/sql.ts'

const missing = whyNoMysql()
const skipped = missing === null ? '' : ` (SKIPPED, no MySQL: ${missing})`
if (missing !== null) console.warn(`tests against a real MySQL are SKIPPED: ${missing}`)

let lab: Lab

const as = (user: 'app' | 'poolguard', { port }: Mysql): Sql =>
  keepConnection(lab, { host: '127.0.0.1', port, ...accounts[user] })

const INSERT = "INSERT INTO shop.orders (at, note) VALUES (now(6), 'paid')"

describe.skipIf(missing !== null)(`MySQL replication${skipped}`, () => {
  let primary: Mysql
  let replica: Mysql

  beforeAll(async () => {
    lab = openLab()
    const { primary: first, replicas } = await startMysqlReplication(lab, { replicas: 1 })
    ;[primary, replica] = [first, replicas[0] as Mysql]
  })
  afterAll(() => lab.close())

  it('replicates, and gives each account no more than its work needs', async () => {
    await as('app', primary).sql(INSERT)
    await catchUpMysql(replica, primary)
    expect(await as('app', replica).sql('SELECT * FROM shop.orders')).toHaveLength(1)
    await expect(as('app', replica).sql(INSERT)).rejects.toThrow(/read-only/)
    const poolguard = as('poolguard', replica)
    expect(await poolguard.sql('SHOW REPLICA STATUS')).toMatchObject([
      { Replica_IO_Running: 'Yes', Replica_SQL_Running: 'Yes', Auto_Position: 1 },
    ])
    for (const table of ['connection_status', 'applier_status_by_worker', 'group_members']) {
      await poolguard.sql(`SELECT * FROM performance_schema.replication_${table}`)
    }
    await expect(poolguard.sql('SELECT * FROM shop.orders')).rejects.toThrow(/denied/)
  })

  it('goes on after its replica was killed', async () => {
    await replica.kill9()
    await as('app', primary).sql(INSERT)
    await replica.restart()
    await replica.sql('START REPLICA')
    await catchUpMysql(replica, primary)
    expect(await as('app', replica).sql('SELECT * FROM shop.orders')).toHaveLength(2)
  })
})
