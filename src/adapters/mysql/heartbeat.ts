import type { Heartbeat } from '../../core/reading.ts'
import type { Seconds } from '../../core/units.ts'
import type { MysqlTarget } from '../../ports.ts'
import { toOneLine } from './one-line.ts'
import { parseNumber, type Row } from './row.ts'
import { findServerError } from './server-error.ts'

export type HeartbeatTable = NonNullable<MysqlTarget['heartbeat']>

/** The heartbeat's writer and the replica need not agree better than this about what time it is. */
const CLOCK_SKEW: Seconds = 1

const NO_SUCH_TABLE: readonly number[] = [1049, 1146]
const NO_SELECT: readonly number[] = [1044, 1142, 1143]

/**
 * The age of the newest row, in microseconds of the server's own clock.
 *
 * pt-heartbeat keeps one row per server_id in `ts varchar(26)`, so after a
 * switchover the old writer's row stays behind. A ts that does not read as a
 * time has no age, and MIN passes over it.
 */
export function formatHeartbeatStatement({ table, utc }: HeartbeatTable): string {
  const quoted = table
    .split('.')
    .map((part) => `\`${part.replaceAll('`', '``')}\``)
    .join('.')
  const now = utc ? 'UTC_TIMESTAMP(6)' : 'NOW(6)'
  return `SELECT COUNT(*) AS beats, MIN(TIMESTAMPDIFF(MICROSECOND, ts, ${now})) AS age FROM ${quoted}`
}

/** Reads the answer to the heartbeat statement. */
export function parseHeartbeat(row: Row | undefined, { table }: HeartbeatTable): Heartbeat {
  if (row === undefined || parseNumber(row, 'beats') === 0)
    return missing(`heartbeat table ${table} is empty`)
  const microseconds = parseNumber(row, 'age')
  if (microseconds === null) return missing(`no ts in heartbeat table ${table} reads as a time`)
  const age: Seconds = microseconds / 1e6
  if (age >= -CLOCK_SKEW) return { kind: 'lag', seconds: Math.max(0, age) }
  return missing(
    `heartbeat is ${(-age).toFixed(1)}s in the future: clocks differ, or it was written without --utc`,
  )
}

/**
 * What a refused heartbeat statement means: the table cannot be read, and the
 * rest of the reading is still good. Null for what is no refusal of this
 * statement, such as a broken connection or a server that shuts down.
 */
export function explainHeartbeatError(error: unknown, { table }: HeartbeatTable): Heartbeat | null {
  const refusal = findServerError(error)
  if (refusal === null || refusal.endsConnection) return null
  if (NO_SUCH_TABLE.includes(refusal.number)) return missing(`heartbeat table ${table} does not exist`)
  if (NO_SELECT.includes(refusal.number)) return missing(`heartbeat: GRANT SELECT ON ${table} is missing`)
  return missing(`heartbeat: ${refusal.text} (error ${refusal.number})`)
}

function missing(text: string): Heartbeat {
  return { kind: 'missing', text: toOneLine(text) }
}
