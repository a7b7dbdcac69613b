import { isAtLeast, type Version } from './version.ts'

/** What differs between the servers that we ask. */
export interface Dialect {
  /** All are off where clients may write. */
  readonly readOnlyVariables: readonly string[]
  readonly replicationStatement: string
  readonly columns: ReplicationColumns
  /** What GRANT calls the privilege that the replication statement needs. */
  readonly privilege: string
}

/** Where the replication statement keeps what has several names; other columns are called the same everywhere. */
export interface ReplicationColumns {
  readonly name: string
  readonly host: string
  readonly port: string
  readonly io: string
  readonly sql: string
  readonly lag: string
}

const SLAVE: ReplicationColumns = {
  name: 'Channel_Name',
  host: 'Master_Host',
  port: 'Master_Port',
  io: 'Slave_IO_Running',
  sql: 'Slave_SQL_Running',
  lag: 'Seconds_Behind_Master',
}

const REPLICA: ReplicationColumns = {
  name: 'Channel_Name',
  host: 'Source_Host',
  port: 'Source_Port',
  io: 'Replica_IO_Running',
  sql: 'Replica_SQL_Running',
  lag: 'Seconds_Behind_Source',
}

/**
 * MariaDB has one statement for all its connections, and since 10.5.9 a
 * privilege of its own. MySQL renamed the statement in 8.0.22 and dropped the
 * old name in 8.4; `super_read_only` came in 5.7.8.
 */
export function chooseDialect(version: Version): Dialect {
  return version.family === 'mariadb' ? chooseMariadb(version) : chooseMysql(version)
}

function chooseMariadb(version: Version): Dialect {
  return {
    readOnlyVariables: ['read_only'],
    replicationStatement: 'SHOW ALL SLAVES STATUS',
    columns: { ...SLAVE, name: 'Connection_name' },
    privilege: isAtLeast(version, 10, 5, 9) ? 'REPLICA MONITOR' : 'REPLICATION CLIENT',
  }
}

function chooseMysql(version: Version): Dialect {
  const renamed = isAtLeast(version, 8, 0, 22)
  return {
    readOnlyVariables: isAtLeast(version, 5, 7, 8) ? ['read_only', 'super_read_only'] : ['read_only'],
    replicationStatement: renamed ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS',
    columns: renamed ? REPLICA : SLAVE,
    privilege: 'REPLICATION CLIENT',
  }
}
