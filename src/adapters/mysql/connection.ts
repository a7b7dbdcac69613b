import { connect, isIP, type LookupFunction, type Socket } from 'node:net'
import { type Connection, createConnection, type SslOptions } from 'mysql2'
import type { MysqlTarget } from '../../ports.ts'
import { awaitGreeting } from './greeting.ts'
import { createUnexpected, ProbeError } from './probe-error.ts'
import type { Row } from './row.ts'

/** One TCP connection to a server. Whatever goes wrong on it is its end. */
export interface MysqlConnection {
  /** Connects and logs in. To be called once. */
  open(): Promise<void>
  /** The rows that answer one statement. */
  ask(statement: string, name?: string): Promise<readonly Row[]>
  /** For a statement that answers without rows. */
  tell(statement: string): Promise<void>
  /** What is being awaited, as in "no handshake within 1s". */
  waitingFor(): string
  isAlive(): boolean
  /** TCP stands, and the server has not said a word yet. */
  isAwaitingGreeting(): boolean
  /** Drops it without a farewell. What is under way may never settle. */
  destroy(): void
}

export interface Endpoint {
  readonly target: MysqlTarget
  readonly port: number
  readonly lookup: LookupFunction
  /** The same object every time, since mysql2 keeps TLS sessions by it. */
  readonly ssl: SslOptions | null
}

const KEEPALIVE_IDLE_MS = 10_000

/** Begins to connect at once; `open` tells how that went. */
export function createMysqlConnection({ target, port, lookup, ssl }: Endpoint): MysqlConnection {
  const socket = connectSocket(target.host, port, lookup)
  let mysql: Connection | null = null
  let waitingFor = isIP(target.host) === 0 ? `DNS answer for ${target.host}` : 'TCP connection'
  let giveUp: (error: Error) => void = () => {}

  // errors are met by whoever waits; these keep one that nobody awaits from being thrown
  socket.on('error', () => {})
  socket.once('lookup', () => {
    waitingFor = 'TCP connection'
  })
  socket.once('connect', () => {
    waitingFor = 'handshake'
  })

  const end = (error: Error) => {
    socket.destroy()
    giveUp(error)
  }

  const query = async (statement: string, name: string) => {
    const driver = mysql
    if (driver === null || socket.destroyed) throw new ProbeError('lost', 'connection lost')
    waitingFor = `answer to ${name}`
    return new Promise<unknown>((resolve, reject) => {
      giveUp = reject
      driver.query(statement, (error, answer) => (error === null ? resolve(answer) : reject(error)))
    })
  }

  return {
    async open() {
      await awaitGreeting(socket)
      waitingFor = 'answer to the login'
      const driver = startMysql(target, socket, ssl).on('error', end)
      mysql = driver
      await new Promise<void>((resolve, reject) => {
        giveUp = reject
        driver.connect((error) => (error === null ? resolve() : reject(error)))
      })
    },
    async ask(statement, name = statement) {
      const answer = await query(statement, name)
      if (!Array.isArray(answer)) throw createUnexpected(`no rows in the answer to ${name}`)
      return answer
    },
    async tell(statement) {
      await query(statement, statement)
    },
    waitingFor: () => waitingFor,
    isAlive: () => !socket.destroyed,
    isAwaitingGreeting: () => waitingFor === 'handshake' && !socket.destroyed,
    destroy() {
      mysql?.destroy()
      socket.destroy()
    },
  }
}

/** `tls.connect` checks a certificate against `_host`, which Node sets for names but not for addresses. */
function connectSocket(host: string, port: number, lookup: LookupFunction): Socket {
  const socket = connect({
    host,
    port,
    lookup,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEPALIVE_IDLE_MS,
  })
  return Object.assign(socket, { _host: host })
}

/**
 * The driver on a socket that is ours: its own `destroy` only half-closes, and
 * a frozen server never closes the other half. It gets no timeouts either,
 * since it leaves the timer of an abandoned query running; the reading's
 * deadline covers them. All values come as texts, so that numbers and times
 * are read in one place, and no server may ask for our files.
 */
function startMysql(target: MysqlTarget, socket: Socket, ssl: SslOptions | null): Connection {
  return createConnection({
    host: target.host,
    user: target.user,
    password: target.password,
    stream: socket,
    ...(ssl === null ? {} : { ssl }),
    connectTimeout: 0,
    connectAttributes: { program_name: 'poolguard' },
    flags: ['-LOCAL_FILES'],
    typeCast: (field) => field.string(),
    disableEval: true,
  })
}
