/**
 * The nouns of poolguard, with the words that its users already have for them.
 *
 * - pool: an HAProxy backend that poolguard manages (`rw`, `ro`)
 * - server: one `server` line in a pool; its id is `pool/server`
 * - role: what MySQL says a server is: primary, replica
 * - writer: the one server that a writer pool may send to
 * - reading: what one probe learned, failures included
 * - lag: seconds behind the source
 * - fit / unfit: health judgement before damping
 * - rise / fall: consecutive fit/unfit readings before we act
 * - floor: fewest servers that a pool may be left with (`min_servers`)
 * - verdict: what we decided: state, weight percent, reason
 * - transition: a verdict that changed
 * - snapshot: the immutable whole-fleet value that readers use
 * - stale: a reading older than `max_age`
 */

import type { Percent, Seconds } from './units.ts'

export type PoolName = string
export type ServerName = string

/** `pool/server`, as HAProxy's agent check sends it. */
export type MemberId = `${PoolName}/${ServerName}`

export type PoolRole = 'reader' | 'writer'

/** What every pool has a rule for. */
export interface PoolPolicy {
  /** In service, a server leaves above this. */
  readonly maxLag: Seconds
  /** Out of service, a server returns at or below this. */
  readonly recoverLag: Seconds
  /** A reading older than this says nothing about now. */
  readonly maxAge: Seconds
  /** Consecutive fit readings before a server returns. */
  readonly rise: number
  /** Consecutive unfit readings before a server leaves. */
  readonly fall: number
  /** How long the weight climbs from 10 % to full after a return; 0 is at once. */
  readonly ramp: Seconds
  /** Whether the weight falls with the lag between `recoverLag` and `maxLag`. */
  readonly weightByLag: boolean
  /** The floor: this many least-lagged servers stay in ... */
  readonly minServers: number
  /** ... unless what they serve could be older than this. */
  readonly maxStaleness: Seconds
  /** Weight of a server that only the floor keeps, while fit ones serve beside it. */
  readonly floorWeight: Percent
  /** Whether a Galera donor serves: never, only when too few others do, or always. */
  readonly donor: 'never' | 'last' | 'always'
  /** In service, a Galera node or group member leaves above this many unapplied transactions. */
  readonly maxApplyQueue: number
  /** Out of service, it returns at or below this many. */
  readonly recoverApplyQueue: number
  /** Whether a group member without majority may serve reads, however old. */
  readonly minorityReads: boolean
  /** The writer's weight as a reader. */
  readonly writerWeight: Percent
  /** The writer's weight as a reader when nothing else is left; 0 is never. */
  readonly writerFallback: Percent
  /** How long verdicts are held when sight of every server was lost at once. */
  readonly blindHold: Seconds
}

export interface Pool {
  readonly name: PoolName
  readonly role: PoolRole
  /** In the order of the configuration, which breaks every tie. */
  readonly servers: readonly ServerName[]
  readonly policy: PoolPolicy
}

export function memberId(pool: PoolName, server: ServerName): MemberId {
  return `${pool}/${server}`
}
