import type { Reading, Seen } from '../../core/reading.ts'
import { elapsed, formatDuration, type MonotonicMs, type Seconds } from '../../core/units.ts'
import type { Clock, MysqlTarget, Probe } from '../../ports.ts'
import { createMysqlConnection, type MysqlConnection } from './connection.ts'
import { classifyFailure, type Failure } from './failure.ts'
import { type Identity, identifyServer } from './identity.ts'
import { createLookup } from './lookup.ts'
import { toOneLine } from './one-line.ts'
import { ProbeError } from './probe-error.ts'
import { isCrowded } from './server-error.ts'
import { surveyServer } from './survey.ts'
import { createSslOptions } from './tls.ts'

/** One try to get into the server, which may last for several readings. */
interface Attempt {
  readonly begunAt: MonotonicMs
  opened: Promise<MysqlConnection> | null
  /** Somebody gave up on it: it must not open anything any more. */
  over: boolean
  /** The main port said that max_connections is reached, and the admin port has not let us in yet. */
  crowded: boolean
}

/**
 * How long a connection without a greeting is kept waiting.
 *
 * A frozen mysqld counts every connection that was given up before its
 * handshake when it thaws, and after `max_connect_errors` (100) of them it
 * refuses this host, HAProxy's clients included. So we wait in line instead of
 * queueing up again, and are let in the moment that it thaws.
 */
const PATIENCE: Seconds = 30

/** How long an identity holds on one connection: a running server can be made a member of a group or cluster. */
const TRUST: Seconds = 60

/**
 * Asks one server, over one connection that is kept from reading to reading.
 *
 * Everything that a reading may need (DNS, TCP, TLS, login, statements, a
 * second try at the admin port) shares one deadline. A reading that fails
 * drops the connection, and the next one starts from nothing; only a
 * connection that has not been greeted yet is kept, for `PATIENCE`.
 */
export function createMysqlProbe(target: MysqlTarget, clock: Clock): Probe {
  const lookup = createLookup()
  const ssl = target.tls === null ? null : createSslOptions(target.tls)
  let connection: MysqlConnection | null = null
  let known: (Identity & { readonly asOf: MonotonicMs }) | null = null
  let underWay: Promise<Reading> | null = null
  let giveUp: (error: Error) => void = () => {}
  let waiting: Attempt | null = null
  let closed = false

  async function readOnce(): Promise<Reading> {
    const at = clock.now().monotonic
    const attempt = waiting ?? { begunAt: at, opened: null, over: false, crowded: false }
    waiting = null
    let isOver = false
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = reject
    })
    const cancelDeadline = clock.after(target.timeout * 1000, () => giveUp(createTooLate()))
    try {
      return { kind: 'seen', at, ...(await Promise.race([givenUp, see(attempt, () => isOver)])) }
    } catch (error) {
      isOver = true
      const failure = describeFailure(error, attempt)
      if (failure.cause === 'timeout' && isWorthWaiting(attempt)) {
        waiting = attempt
      } else {
        attempt.over = true
        drop()
      }
      return { kind: 'unseen', at, ...failure }
    } finally {
      cancelDeadline()
    }
  }

  async function see(attempt: Attempt, isOver: () => boolean): Promise<Omit<Seen, 'kind' | 'at'>> {
    const live = await enter(attempt)
    if (isOver()) throw new ProbeError('timeout', 'a later reading goes on')
    const now = clock.now().monotonic
    if (known === null || elapsed(known.asOf, now) > TRUST)
      known = { asOf: now, ...(await identifyServer(live)) }
    return surveyServer(live, known, target.heartbeat)
  }

  async function enter(attempt: Attempt): Promise<MysqlConnection> {
    if (attempt.opened === null) {
      if (connection?.isAlive() === true) return connection
      attempt.opened = open(attempt)
      attempt.opened.catch(() => {}) // between two readings nobody awaits it; the next one does
    }
    return attempt.opened
  }

  function isWorthWaiting(attempt: Attempt): boolean {
    const patience = elapsed(attempt.begunAt, clock.now().monotonic) < PATIENCE
    return !closed && patience && connection?.isAwaitingGreeting() === true
  }

  async function open(attempt: Attempt): Promise<MysqlConnection> {
    try {
      return await openAt(target.port, attempt)
    } catch (error) {
      if (!isCrowded(error) || target.adminPort === null) throw error
      attempt.crowded = true
      const live = await openAt(target.adminPort, attempt)
      attempt.crowded = false
      return live
    }
  }

  async function openAt(port: number, attempt: Attempt): Promise<MysqlConnection> {
    if (closed || attempt.over) throw new ProbeError('lost', 'probe closed')
    drop()
    connection = createMysqlConnection({ target, port, lookup, ssl })
    const opening = connection
    await opening.open()
    return opening
  }

  function drop(): void {
    connection?.destroy()
    connection = null
    known = null
  }

  function createTooLate(): ProbeError {
    const awaited = connection?.waitingFor() ?? 'answer'
    return new ProbeError('timeout', `no ${awaited} within ${formatDuration(target.timeout)}`)
  }

  function describeFailure(error: unknown, attempt: Attempt): Failure {
    const failure = classifyFailure(error, known?.dialect ?? null)
    if (!attempt.crowded) return failure
    const text = `max_connections reached, and admin port ${target.adminPort}: ${failure.text}`
    return { cause: 'too_many_connections', text: toOneLine(text) }
  }

  return {
    read() {
      underWay ??= readOnce().finally(() => {
        underWay = null
      })
      return underWay
    },
    close() {
      closed = true
      giveUp(new ProbeError('lost', 'probe closed'))
      drop()
    },
  }
}
