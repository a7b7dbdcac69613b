/** An error packet of a MySQL server, as opposed to an error of the network or of mysql2. */
export interface ServerError {
  readonly number: number
  readonly text: string
  /** The server hangs up after it: a shutdown, or a killed or timed out connection. */
  readonly endsConnection: boolean
}

const ENDS_CONNECTION: readonly number[] = [1053, 1927, 3169, 4031]

/** mysql2 gives errors that a server sent, and only those, an `sqlState`. */
export function findServerError(error: unknown): ServerError | null {
  if (!(error instanceof Error) || !('sqlState' in error) || !('errno' in error)) return null
  if (typeof error.errno !== 'number') return null
  return {
    number: error.errno,
    text: error.message,
    endsConnection: ENDS_CONNECTION.includes(error.errno),
  }
}

/** `max_connections` is reached: the admin port may still have room. */
export function isCrowded(error: unknown): boolean {
  return findServerError(error)?.number === 1040
}
