import { type Connection, type ConnectionOptions, createConnection, type RowDataPacket } from 'mysql2/promise'
import type { Lab } from './lab.ts'

export type Row = Readonly<Record<string, string | number | null>>

/** One kept connection, made when it is first needed and again after any error. */
export interface Sql {
  /** The rows of a statement; none for one that has no result. */
  sql<R extends Row = Row>(statement: string, values?: readonly unknown[]): Promise<readonly R[]>
  disconnect(): void
}

/** The longest that a statement of the lab itself may take, so that a frozen server fails a test and does not hang it. */
const TIMEOUT_MS = 10_000

export function keepConnection(lab: Lab, options: ConnectionOptions): Sql {
  let connection: Promise<Connection> | null = null

  function disconnect(): void {
    connection?.then((open) => open.destroy()).catch(() => {})
    connection = null
  }

  lab.onClose(disconnect)
  return {
    async sql(statement, values = []) {
      connection ??= connect(options)
      const used = connection
      try {
        const [rows] = await (await used).query<RowDataPacket[]>({
          sql: statement,
          timeout: TIMEOUT_MS,
          values: [...values],
        })
        return Array.isArray(rows) ? (rows as never) : []
      } catch (error) {
        if (connection === used) disconnect()
        throw new Error(`${statement}: ${(error as Error).message}`, { cause: error })
      }
    },
    disconnect,
  }
}

/** Numbers as numbers and dates as text, in UTC. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const connection = await createConnection({
    connectTimeout: TIMEOUT_MS,
    dateStrings: true,
    decimalNumbers: true,
    timezone: 'Z',
    ...options,
  })
  connection.on('error', () => {}) // the next statement tells
  return connection
}
