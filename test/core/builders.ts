/** Short ways to say what a test is about, with harmless values for all the rest. */

import { createFleet, type FleetState, type StepResult, step } from '../../src/core/fleet.ts'
import type { Pool, PoolPolicy } from '../../src/core/pool.ts'
import type {
  Channel,
  GaleraFacts,
  GroupFacts,
  Heartbeat,
  Reading,
  Seen,
  Unseen,
  UnseenCause,
} from '../../src/core/reading.ts'
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
    donor: 'last',
    maxApplyQueue: 100,
    recoverApplyQueue: 20,
    minorityReads: false,
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
    galera: null,
    group: null,
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

/** A Galera node that is synced in a Primary component of three. */
export function galera(changes: Partial<GaleraFacts> = {}): GaleraFacts {
  return {
    isPrimaryComponent: true,
    localState: 4,
    localStateComment: 'Synced',
    isReady: true,
    isConnected: true,
    isDesynced: false,
    rejectsQueries: false,
    donorRejectsQueries: false,
    flowControlPaused: 0,
    receiveQueue: 0,
    maintenance: null,
    clusterSize: 3,
    stateUuid: 'cluster-a',
    viewNumber: 7,
    lastCommitted: 1000,
    uptime: 3600,
    ...changes,
  }
}

export function node(seconds: Seconds, changes: Partial<GaleraFacts> = {}): Seen {
  return seen(seconds, { writable: true, channels: [], galera: galera(changes) })
}

/** A group of three, `m1` its primary, seen by one of them; `states` are theirs in that order. */
export function member(
  seconds: Seconds,
  self: string,
  states: readonly string[] = ['ONLINE', 'ONLINE', 'ONLINE'],
  changes: Partial<GroupFacts> = {},
): Seen {
  const members = states.map((state, index) => ({
    id: `m${index + 1}`,
    address: `db${index + 1}:3306`,
    state,
    role: index === 0 ? ('PRIMARY' as const) : ('SECONDARY' as const),
  }))
  const group = { name: 'group-a', self, members, applierQueue: 0, certificationQueue: 0, ...changes }
  return seen(seconds, { writable: self === 'm1', channels: [], group })
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
