/**
 * What we know of one server from all its readings so far.
 *
 * Beside the latest reading it keeps what stays true when sight is lost: when
 * the server was last seen, and how far it lagged at that moment. Its data can
 * be no older than that lag plus the time since, whatever has happened to it.
 */

import { isGaleraCurrent, isGaleraWriter } from './galera.ts'
import { isGroupCurrent, isGroupWriter } from './group.ts'
import { lagOf } from './lag.ts'
import type { Reading, Seen } from './reading.ts'
import { elapsed, type MonotonicMs, monotonicMs, type Seconds } from './units.ts'

export interface Sight {
  /** Null until the first probe has ended; an unseen reading counts. */
  readonly reading: Reading | null
  /** When the last good reading was started. */
  readonly seenAt: MonotonicMs | null
  /** Whether it could be written to at the last good reading. */
  readonly writable: boolean
  /** The Galera cluster or multi-primary group that it was in at the last good reading. */
  readonly cluster: string | null
  /** When it was started, if it says so: of equals, the one that serves longest is senior. */
  readonly startedAt: MonotonicMs | null
  /** The last lag that was known, and when. */
  readonly lag: { readonly seconds: Seconds; readonly at: MonotonicMs } | null
}

export const NEVER_SEEN: Sight = {
  reading: null,
  seenAt: null,
  writable: false,
  cluster: null,
  startedAt: null,
  lag: null,
}

/** Takes a reading in. One older than the latest, or the same again, changes nothing. */
export function observe(before: Sight, reading: Reading): Sight {
  if (before.reading !== null && reading.at <= before.reading.at) return before
  if (reading.kind === 'unseen') return { ...before, reading }
  const lag = provenLag(reading)
  return {
    reading,
    seenAt: reading.at,
    writable: reading.writable && isWriterByRole(reading),
    cluster: reading.galera?.stateUuid ?? findMultiPrimary(reading),
    startedAt: reading.galera === null ? null : monotonicMs(reading.at - reading.galera.uptime * 1000),
    lag: lag === null ? before.lag : { seconds: lag, at: reading.at },
  }
}

function findMultiPrimary({ group }: Seen): string | null {
  const primaries = group?.members.filter(({ role }) => role === 'PRIMARY').length ?? 0
  return group !== null && primaries > 1 ? group.name : null
}

function isWriterByRole({ galera, group }: Seen): boolean {
  if (galera !== null) return isGaleraWriter(galera)
  return group === null || isGroupWriter(group)
}

/** How old the data was at most when this was read: none at all where a cluster keeps it current. */
function provenLag(reading: Seen): Seconds | null {
  const { galera, group } = reading
  if (galera !== null) return isGaleraCurrent(galera) ? 0 : null
  if (group !== null) return isGroupCurrent(group) ? 0 : null
  return lagOf(reading)
}

/** Is there a good reading that is young enough to say something about now? */
export function isSeen(sight: Sight, maxAge: Seconds, now: MonotonicMs): boolean {
  return sight.reading?.kind === 'seen' && elapsed(sight.reading.at, now) <= maxAge
}

/** How old the data of this server can be at the most; null if that was never known. */
export function stalenessOf(sight: Sight, now: MonotonicMs): Seconds | null {
  return sight.lag === null ? null : sight.lag.seconds + Math.max(0, elapsed(sight.lag.at, now))
}
