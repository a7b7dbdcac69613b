import type { Row } from '../../../src/adapters/mysql/row.ts'
import type { MysqlTarget } from '../../../src/ports.ts'
import type { Script } from './fake-mysql.ts'
import { loadFixture, loadGaleraFixture, loadGroupFixture } from './load-fixture.ts'

const mariadb = loadFixture('mariadb-10.11-healthy')
const mysql = loadFixture('mysql-9.7-healthy')
const member = loadGroupFixture('online-secondary')
const galera = loadGaleraFixture('synced')

/** The statement that tells a member of a cluster from a server that is on its own. */
export const WHICH_CLUSTER = 'SHOW GLOBAL VARIABLES'

/** The rows of SHOW STATUS and SHOW VARIABLES. */
export function toPairs(values: Row): readonly Row[] {
  return Object.entries(values).map(([name, value]) => ({ Variable_name: name, Value: value }))
}

export const MARIADB_REPLICA: Script = {
  'SELECT VERSION()': [{ version: mariadb.version, comment: mariadb.comment }],
  [WHICH_CLUSTER]: toPairs({ wsrep_on: 'OFF', wsrep_provider: 'none', wsrep_sync_wait: '0' }),
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
  [WHICH_CLUSTER]: [],
  'SELECT @@global.read_only': [{ read_only: '1', super_read_only: '1' }],
  'SHOW REPLICA STATUS': mysql.rows,
}

export const GALERA_NODE: Script = {
  'SELECT VERSION()': [{ version: galera.version, comment: galera.comment }],
  [WHICH_CLUSTER]: toPairs({ ...galera.variables, wsrep_provider: '/usr/lib/galera/libgalera_smm.so' }),
  'SELECT @@global.read_only': [galera.variables],
  'SHOW ALL SLAVES STATUS': [],
  'SHOW STATUS': toPairs(galera.status),
}

const GROUP_NAME = { group_replication_group_name: '8a6b1d2e-1111-2222-3333-444455556666' }

export const GROUP_MEMBER: Script = {
  'SELECT VERSION()': [{ version: member.version, comment: member.comment }],
  [WHICH_CLUSTER]: toPairs(GROUP_NAME),
  'SELECT @@global.read_only': [
    { read_only: '1', super_read_only: '1', server_uuid: member.serverUuid, ...GROUP_NAME },
  ],
  'SHOW REPLICA STATUS': [],
  'SELECT * FROM performance_schema.replication_group_members': member.members,
  'SELECT * FROM performance_schema.replication_group_member_stats': member.stats,
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
