import type { Seconds } from '../../src/core/units.ts'
import type { Lab } from './lab.ts'
import type { Mariadb } from './mariadb.ts'
import { keepConnection } from './sql.ts'

/** What a replica says of its own replication, beside what its data says. */
export interface ReplicaStatus {
  readonly io: string
  readonly sql: string
  readonly secondsBehind: Seconds | null
  readonly heartbeatLag: Seconds | null
  /** The SQL thread's latest, or else the IO thread's; empty for none. */
  readonly error: string
}

export async function readReplica(replica: Mariadb): Promise<ReplicaStatus> {
  const [status] = await replica.sql('SHOW ALL SLAVES STATUS')
  if (status === undefined) throw new Error(`${replica.name} is not a replica`)
  const [beat] = await replica.sql<{ lag: number | null }>(
    'SELECT timestampdiff(microsecond, max(ts), utc_timestamp(6)) / 1000000 AS lag FROM percona.heartbeat',
  )
  return {
    io: String(status['Slave_IO_Running']),
    sql: String(status['Slave_SQL_Running']),
    secondsBehind: status['Seconds_Behind_Master'] as number | null,
    heartbeatLag: beat?.lag ?? null,
    error: String(status['Last_SQL_Error'] || status['Last_IO_Error']),
  }
}

/**
 * Makes a replica lag by a second a second from now on, until it is released,
 * while both its threads say Yes and its reads go on: a read lock on
 * everything, which its SQL thread waits for.
 */
export async function stall(lab: Lab, replica: Mariadb): Promise<{ release(): Promise<void> }> {
  const holder = keepConnection(lab, { socketPath: replica.socket, user: 'root' })
  await holder.sql('FLUSH TABLES WITH READ LOCK')
  return {
    async release() {
      await holder.sql('UNLOCK TABLES')
      holder.disconnect()
    },
  }
}

/** Keeps a replica this far behind, as long as the primary is written to; 0 ends it. Not while stalled. */
export async function delay(replica: Mariadb, seconds: Seconds): Promise<void> {
  await replica.sql('STOP SLAVE')
  await replica.sql(`CHANGE MASTER TO MASTER_DELAY = ${Math.round(seconds)}`)
  await replica.sql('START SLAVE')
}

export async function stopSqlThread(replica: Mariadb): Promise<void> {
  await replica.sql('STOP SLAVE SQL_THREAD')
}

export async function startSqlThread(replica: Mariadb): Promise<void> {
  await replica.sql('START SLAVE SQL_THREAD')
}

export async function stopIoThread(replica: Mariadb): Promise<void> {
  await replica.sql('STOP SLAVE IO_THREAD')
}

export async function startIoThread(replica: Mariadb): Promise<void> {
  await replica.sql('START SLAVE IO_THREAD')
}
