import { expect, it } from 'vitest'
import { chooseDialect } from '../../../src/adapters/mysql/dialect.ts'
import { formatVariablesStatement } from '../../../src/adapters/mysql/read-only.ts'
import { parseVersion } from '../../../src/adapters/mysql/version.ts'

it.each`
  version              | statement                   | privilege               | both
  ${'10.4.34-MariaDB'} | ${'SHOW ALL SLAVES STATUS'} | ${'REPLICATION CLIENT'} | ${false}
  ${'10.5.9-MariaDB'}  | ${'SHOW ALL SLAVES STATUS'} | ${'REPLICA MONITOR'}    | ${false}
  ${'12.1.2-MariaDB'}  | ${'SHOW ALL SLAVES STATUS'} | ${'REPLICA MONITOR'}    | ${false}
  ${'5.6.51-log'}      | ${'SHOW SLAVE STATUS'}      | ${'REPLICATION CLIENT'} | ${false}
  ${'5.7.44-48-log'}   | ${'SHOW SLAVE STATUS'}      | ${'REPLICATION CLIENT'} | ${true}
  ${'8.0.21'}          | ${'SHOW SLAVE STATUS'}      | ${'REPLICATION CLIENT'} | ${true}
  ${'8.0.22-13'}       | ${'SHOW REPLICA STATUS'}    | ${'REPLICATION CLIENT'} | ${true}
  ${'8.4.1'}           | ${'SHOW REPLICA STATUS'}    | ${'REPLICATION CLIENT'} | ${true}
  ${'9.7.4-2'}         | ${'SHOW REPLICA STATUS'}    | ${'REPLICATION CLIENT'} | ${true}
`('$version is asked by $statement, which needs $privilege', ({ version, statement, privilege, both }) => {
  const dialect = chooseDialect(parseVersion({ version, comment: null }))
  expect(dialect.replicationStatement).toBe(statement)
  expect(dialect.privilege).toBe(privilege)
  expect(dialect.readOnlyVariables.includes('super_read_only')).toBe(both)
})

it('asks for all variables in one statement', () => {
  expect(formatVariablesStatement(['read_only', 'super_read_only'])).toBe(
    'SELECT @@global.read_only AS read_only, @@global.super_read_only AS super_read_only',
  )
})
