/** Short ways to say what a test is about, with harmless values for all the rest. */

import { createFleet, type FleetState, type StepResult, step } from '../../src/core/fleet.ts'
import type { Pool, PoolPolicy } from '../../src/core/pool.ts'
import type { Channel, Heartbeat, Reading, Seen, Unseen, UnseenCause } from '../../src/core/reading.ts'
import { NEVER_SEEN, observe, type Sight } from '../../src/core/sight.ts'
import { type Instant, type MonotonicMs, monotonicMs, type Seconds, wallMs } from '../../src/core/units.ts'

const WALL_START = Date.UTC(2026, 0, 1)

export function at(seconds: Seconds): MonotonicMs {
  return monotonicMs(seconds * 1000)
}

export function instant(seconds: Seconds): Instant {
  return { monotonic: at(seconds), wall: wallMs(WALL_START + seconds * 1000) }
}

export function policy(changes: Partial<PoolPolicy> = {}): PoolPolicy {
  return {
    maxLag: 10,
    recoverLag: 5,
    maxAge: 3,
    rise: 1,
    fall: 1,
    ramp: 0,
    weightByLag: false,
    minServers: 0,
    maxStaleness: 600,
    floorWeight: 50,
    writerWeight: 0,
    writerFallback: 0,
    blindHold: 0,
    ...changes,
  }
}

export function readers(servers: readonly string[], changes: Partial<PoolPolicy> = {}): Pool {
  return { name: 'ro', role: 'reader', servers, policy: policy(changes) }
}

export function writers(servers: readonly string[], changes: Partial<PoolPolicy> = {}): Pool {
  return { name: 'rw', role: 'writer', servers, policy: policy(changes) }
}

export function channel(changes: Partial<Channel> = {}): Channel {
  return {
    name: '',
    source: 'db1:3306',
    io: 'running',
    sql: 'running',
    lag: 0,
    delay: 0,
    error: null,
    ...changes,
  }
}

export function seen(seconds: Seconds, changes: Partial<Seen> = {}): Seen {
  return {
    kind: 'seen',
    at: at(seconds),
    writable: false,
    channels: [channel()],
    heartbeat: null,
    ...changes,
  }
}

export function lagging(lag: Seconds, seconds: Seconds): Seen {
  return seen(seconds, { channels: [channel({ lag })] })
}

export function beating(heartbeat: Heartbeat, seconds: Seconds, changes: Partial<Channel> = {}): Seen {
  return seen(seconds, { heartbeat, channels: [channel(changes)] })
}

export function primary(seconds: Seconds): Seen {
  return seen(seconds, { writable: true, channels: [] })
}

export function unseen(seconds: Seconds, cause: UnseenCause = 'timeout', text: string = cause): Unseen {
  return { kind: 'unseen', at: at(seconds), cause, text }
}

export function sight(...readings: readonly Reading[]): Sight {
  return readings.reduce(observe, NEVER_SEEN)
}

/** A fleet that is stepped by hand: each call is a moment, with what was read in it. */
export function fleet(...pools: readonly Pool[]) {
  const readings = new Map<string, Reading>()
  let state: FleetState = createFleet(instant(0))
  const advance = (seconds: Seconds, news: Readonly<Record<string, Reading>> = {}): StepResult => {
    for (const [server, reading] of Object.entries(news)) readings.set(server, reading)
    const result = step(state, { pools, readings }, instant(seconds))
    state = result.state
    return result
  }
  return {
    advance,
    state: () => state,
    verdict: (id: `${string}/${string}`) => state.members.get(id)?.verdict,
    /** `up 100% ok: lag 0.0s`, for comparing at a glance. */
    says: (id: `${string}/${string}`) => {
      const verdict = state.members.get(id)?.verdict
      if (!verdict) return null
      return `${verdict.state} ${verdict.weightPercent}% ${verdict.reason.code}: ${verdict.reason.text}`
    },
  }
}
