import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChannels } from '../../../src/adapters/mysql/channels.ts'
import { chooseDialect } from '../../../src/adapters/mysql/dialect.ts'
import { ProbeError } from '../../../src/adapters/mysql/probe-error.ts'
import type { Row } from '../../../src/adapters/mysql/row.ts'
import { parseVersion } from '../../../src/adapters/mysql/version.ts'
import type { Channel } from '../../../src/core/reading.ts'
import { listFixtures, loadFixture } from './load-fixture.ts'

function parseFixture(name: string): readonly Channel[] {
  const { version, comment, rows } = loadFixture(name)
  return parseChannels(rows, chooseDialect(parseVersion({ version, comment })))
}

describe('rows of real servers', () => {
  it.each`
    fixture                            | io              | sql          | lag      | delay | code
    ${'mariadb-10.11-healthy'}         | ${'running'}    | ${'running'} | ${0}     | ${0}  | ${null}
    ${'mariadb-10.11-sql-stopped'}     | ${'running'}    | ${'stopped'} | ${null}  | ${0}  | ${null}
    ${'mariadb-10.11-io-stopped'}      | ${'stopped'}    | ${'running'} | ${null}  | ${0}  | ${null}
    ${'mariadb-10.11-delayed'}         | ${'running'}    | ${'running'} | ${2}     | ${3}  | ${null}
    ${'mariadb-10.11-duplicate-key'}   | ${'running'}    | ${'stopped'} | ${null}  | ${0}  | ${1062}
    ${'mariadb-10.11-wrong-password'}  | ${'connecting'} | ${'running'} | ${null}  | ${0}  | ${1045}
    ${'mariadb-10.11-primary-killed'}  | ${'connecting'} | ${'running'} | ${null}  | ${0}  | ${2003}
    ${'mysql-5.7-lagging'}             | ${'running'}    | ${'running'} | ${25337} | ${0}  | ${null}
    ${'mysql-5.7-sql-stopped'}         | ${'running'}    | ${'stopped'} | ${null}  | ${0}  | ${null}
    ${'mysql-8.0.28-sql-error'}        | ${'running'}    | ${'stopped'} | ${null}  | ${0}  | ${1064}
    ${'mysql-8.4-healthy'}             | ${'running'}    | ${'running'} | ${0}     | ${0}  | ${null}
    ${'mysql-9.7-healthy'}             | ${'running'}    | ${'running'} | ${0}     | ${0}  | ${null}
    ${'mysql-9.7-sql-stopped'}         | ${'running'}    | ${'stopped'} | ${null}  | ${0}  | ${null}
    ${'mysql-9.7-io-stopped'}          | ${'stopped'}    | ${'running'} | ${null}  | ${0}  | ${null}
    ${'mysql-9.7-delayed'}             | ${'running'}    | ${'running'} | ${2}     | ${5}  | ${null}
    ${'mysql-9.7-duplicate-key'}       | ${'running'}    | ${'stopped'} | ${null}  | ${0}  | ${1062}
    ${'mysql-9.7-wrong-password'}      | ${'connecting'} | ${'running'} | ${null}  | ${0}  | ${1045}
    ${'mysql-9.7-source-unresolvable'} | ${'connecting'} | ${'running'} | ${0}     | ${0}  | ${2005}
    ${'mysql-9.7-source-given-up'}     | ${'stopped'}    | ${'running'} | ${0}     | ${0}  | ${2005}
  `('$fixture: io $io, sql $sql, lag $lag', ({ fixture, io, sql, lag, delay, code }) => {
    const channels = parseFixture(fixture)
    expect(channels).toHaveLength(1)
    expect(channels[0]).toMatchObject({ name: '', io, sql, lag, delay })
    expect(channels[0]?.error?.code ?? null).toBe(code)
  })

  it('finds no channel on a primary', () => {
    expect(parseFixture('mariadb-10.11-primary')).toEqual([])
  })

  it.each`
    fixture                         | names                 | sources
    ${'mariadb-10.11-two-channels'} | ${['', 'east']}       | ${['127.0.0.1:23306', '127.0.0.1:23308']}
    ${'mysql-8.0-two-channels'}     | ${['shad1', 'shad2']} | ${['127.0.0.1:21621', '127.0.0.1:8013']}
  `('tells the channels $names apart', ({ fixture, names, sources }) => {
    const channels = parseFixture(fixture)
    expect(channels.map(({ name }) => name)).toEqual(names)
    expect(channels.map(({ source }) => source)).toEqual(sources)
  })

  it.each`
    fixture                            | text
    ${'mariadb-10.11-duplicate-key'}   | ${"Error 'Duplicate entry '9' for key 'PRIMARY'' on query"}
    ${'mariadb-10.11-wrong-password'}  | ${"Access denied for user 'repl'@'127.0.0.1' (using password: YES)"}
    ${'mysql-9.7-source-unresolvable'} | ${"Unknown MySQL server host 'no-such.invalid' (-2)"}
  `('takes the core out of the error of $fixture', ({ fixture, text }) => {
    expect(parseFixture(fixture)[0]?.error?.text).toBe(text)
  })

  it('shows no query, which may hold a password', () => {
    const text = "Error 'Operation CREATE USER failed for 'repl'@'%'' on query"
    expect(parseFixture('mariadb-10.11-two-channels')[1]?.error).toEqual({ code: 1396, text })
  })

  it.each(listFixtures())('%s says where it comes from', (name) => {
    expect(loadFixture(name).origin).not.toBe('')
  })
})

describe('rows that never were', () => {
  const healthy = loadFixture('mysql-9.7-healthy').rows[0] as Row
  const mysql = chooseDialect(parseVersion({ version: '9.7.4', comment: null }))
  const parse = (change: Record<string, string | null>) =>
    parseChannels([{ ...healthy, ...change }], mysql)[0]
  const without = (column: string) =>
    Object.fromEntries(Object.entries(healthy).filter(([name]) => name !== column))

  it.each`
    value     | lag
    ${'12'}   | ${12}
    ${'0'}    | ${0}
    ${null}   | ${null}
    ${''}     | ${null}
    ${'-1'}   | ${null}
    ${'many'} | ${null}
  `('reads Seconds_Behind_Source $value as $lag', ({ value, lag }) => {
    expect(parse({ Seconds_Behind_Source: value })?.lag).toBe(lag)
  })

  it.each`
    word            | io
    ${'Yes'}        | ${'running'}
    ${'Connecting'} | ${'connecting'}
    ${'Preparing'}  | ${'connecting'}
    ${'No'}         | ${'stopped'}
  `('takes an IO thread that says $word for $io', ({ word, io }) => {
    expect(parse({ Replica_IO_Running: word })?.io).toBe(io)
  })

  it.each`
    column                   | value            | problem
    ${'Replica_IO_Running'}  | ${null}          | ${'Replica_IO_Running is NULL in the answer to SHOW REPLICA STATUS'}
    ${'Replica_SQL_Running'} | ${null}          | ${'Replica_SQL_Running is NULL in the answer to SHOW REPLICA STATUS'}
    ${'Replica_SQL_Running'} | ${'Maybe'}       | ${'Replica_SQL_Running is "Maybe" in the answer to SHOW REPLICA STATUS'}
    ${'Replica_SQL_Running'} | ${'constructor'} | ${'Replica_SQL_Running is "constructor" in the answer to SHOW REPLICA STATUS'}
    ${'Replica_IO_Running'}  | ${''}            | ${'Replica_IO_Running is "" in the answer to SHOW REPLICA STATUS'}
  `('does not guess: $problem', ({ column, value, problem }) => {
    expect(() => parse({ [column]: value })).toThrow(problem)
  })

  it.each(['Replica_IO_Running', 'Replica_SQL_Running'])('misses the column %s', (column) => {
    expect(() => parseChannels([without(column)], mysql)).toThrow(
      `no column ${column} in the answer to SHOW REPLICA STATUS`,
    )
  })

  it('does without the columns that old servers lack', () => {
    expect(parseChannels([without('SQL_Delay')], mysql)[0]?.delay).toBe(0)
    expect(parseChannels([without('Channel_Name')], mysql)[0]?.name).toBe('')
  })

  it.each(['group_replication_recovery', 'group_replication_applier'])('leaves out %s', (name) => {
    const rows = [healthy, { ...healthy, Channel_Name: name, Replica_IO_Running: 'No' }]
    expect(parseChannels(rows, mysql).map((channel) => channel.name)).toEqual([''])
  })

  it('prefers the error of the SQL thread, without which nothing is applied', () => {
    const both = {
      Last_IO_Errno: '2003',
      Last_IO_Error: 'gone',
      Last_SQL_Errno: '1062',
      Last_SQL_Error: 'twice',
    }
    expect(parse(both)?.error).toEqual({ code: 1062, text: 'twice' })
  })

  it('writes the source of an IPv6 address so that the port stands apart', () => {
    expect(parse({ Source_Host: 'fd00::1', Source_Port: '3306' })?.source).toBe('[fd00::1]:3306')
    expect(parse({ Source_Host: '' })?.source).toBe('')
  })

  it('reads or refuses anything, and never makes up a lag', () => {
    const columns = fc.constantFrom(...Object.keys(healthy))
    const values = fc.option(fc.oneof(fc.string(), fc.double().map(String)))
    fc.assert(
      fc.property(fc.dictionary(columns, values), (change) => {
        let channels: readonly Channel[]
        try {
          channels = parseChannels([{ ...healthy, ...change }], mysql)
        } catch (error) {
          expect(error).toBeInstanceOf(ProbeError)
          return
        }
        for (const { lag, delay } of channels) {
          expect(lag === null || (lag >= 0 && Number.isFinite(lag))).toBe(true)
          expect(delay >= 0 && Number.isFinite(delay)).toBe(true)
        }
      }),
    )
  })
})
