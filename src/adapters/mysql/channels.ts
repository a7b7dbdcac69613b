import type { Channel, ThreadState } from '../../core/reading.ts'
import { formatAddress } from './address.ts'
import type { Dialect } from './dialect.ts'
import { toOneLine } from './one-line.ts'
import { createUnexpected } from './probe-error.ts'
import { parseNumber, type Row } from './row.ts'

/** `Preparing` is MariaDB's word for a thread that has connected but reads nothing yet. */
const THREAD_STATES: ReadonlyMap<string, ThreadState> = new Map([
  ['yes', 'running'],
  ['connecting', 'connecting'],
  ['preparing', 'connecting'],
  ['no', 'stopped'],
])

/** These channels belong to Group Replication, and the second one rests most of the time. */
const GROUP_CHANNELS: readonly string[] = ['group_replication_applier', 'group_replication_recovery']

/**
 * The channels in the answer to the dialect's replication statement; none for
 * a server that replicates from nobody.
 *
 * Throws where a thread's state is missing, NULL or a new word: to guess it
 * would be to call unknown healthy. Everything else may be missing.
 */
export function parseChannels(rows: readonly Row[], dialect: Dialect): readonly Channel[] {
  return rows.map((row) => parseChannel(row, dialect)).filter(({ name }) => !GROUP_CHANNELS.includes(name))
}

function parseChannel(row: Row, dialect: Dialect): Channel {
  const { columns } = dialect
  const lag = parseNumber(row, columns.lag)
  return {
    name: row[columns.name] ?? '',
    source: formatAddress(row[columns.host] ?? '', row[columns.port] ?? ''),
    io: parseThread(row, columns.io, dialect),
    sql: parseThread(row, columns.sql, dialect),
    lag: lag !== null && lag >= 0 ? lag : null,
    delay: Math.max(0, parseNumber(row, 'SQL_Delay') ?? 0),
    error: parseError(row, 'Last_SQL') ?? parseError(row, 'Last_IO'),
  }
}

function parseThread(row: Row, column: string, dialect: Dialect): ThreadState {
  const word = row[column]
  const where = `in the answer to ${dialect.replicationStatement}`
  if (word === undefined) throw createUnexpected(`no column ${column} ${where}`)
  if (word === null) throw createUnexpected(`${column} is NULL ${where}`)
  const state = THREAD_STATES.get(word.toLowerCase())
  if (state === undefined) throw createUnexpected(`${column} is "${word}" ${where}`)
  return state
}

/**
 * The words that servers wrap around the error proper, as in `Error connecting
 * to source 'repl@db1:3306'. This was attempt 3/10, ... Message: ...`.
 */
const WRAPPING = /^(?:error (?:re)?connecting to .*? message: |coordinator stopped .*? failure being: )/i

/** Here an SQL error quotes the failed query, and with it data and passwords that are nobody's business. */
const QUERY = /\.? (?:default database|query): '.*$/is

function parseError(row: Row, prefix: 'Last_IO' | 'Last_SQL'): Channel['error'] {
  const code = parseNumber(row, `${prefix}_Errno`) ?? 0
  if (code === 0) return null
  const text = row[`${prefix}_Error`] ?? ''
  return { code, text: toOneLine(text.replace(WRAPPING, '').replace(QUERY, '')) }
}
