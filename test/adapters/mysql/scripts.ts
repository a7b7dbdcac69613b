import type { MysqlTarget } from '../../../src/ports.ts'
import type { Script } from './fake-mysql.ts'
import { loadFixture } from './load-fixture.ts'

const mariadb = loadFixture('mariadb-10.11-healthy')
const mysql = loadFixture('mysql-9.7-healthy')

export const MARIADB_REPLICA: Script = {
  'SELECT VERSION()': [{ version: mariadb.version, comment: mariadb.comment }],
  'SELECT @@global.read_only': [{ read_only: '1' }],
  'SHOW ALL SLAVES STATUS': mariadb.rows,
}

export const MARIADB_PRIMARY: Script = {
  ...MARIADB_REPLICA,
  'SELECT @@global.read_only': [{ read_only: '0' }],
  'SHOW ALL SLAVES STATUS': [],
}

export const MYSQL_REPLICA: Script = {
  'SELECT VERSION()': [{ version: mysql.version, comment: mysql.comment }],
  'SELECT @@global.read_only': [{ read_only: '1', super_read_only: '1' }],
  'SHOW REPLICA STATUS': mysql.rows,
}

/** A second to answer, no admin port, no heartbeat, no TLS, unless told. */
export function createTarget(port: number, change: Partial<MysqlTarget> = {}): MysqlTarget {
  return {
    name: 'db1',
    host: '127.0.0.1',
    port,
    adminPort: null,
    user: 'poolguard',
    password: 'secret',
    pollInterval: 0.5,
    timeout: 1,
    heartbeat: null,
    tls: null,
    ...change,
  }
}
