/** The immutable whole-fleet value that everybody but the coordinator reads. */

import { type FleetState, isAwaited } from './fleet.ts'
import { lagOf } from './lag.ts'
import { type MemberId, memberId, type Pool, type ServerName } from './pool.ts'
import { roleOf, type ServerRole } from './reading.ts'
import { NEVER_SEEN, type Sight, stalenessOf } from './sight.ts'
import { elapsed, type Instant, type Seconds, type WallMs } from './units.ts'
import type { Verdict } from './verdict.ts'

export interface Snapshot {
  readonly at: Instant
  readonly pools: readonly PoolView[]
  readonly views: ReadonlyMap<MemberId, MemberView>
}

export interface PoolView {
  readonly pool: Pool
  readonly members: readonly MemberView[]
}

export interface MemberView {
  readonly pool: string
  readonly server: ServerName
  /** Null until the first reading of every server of the pool. */
  readonly verdict: Verdict | null
  readonly since: WallMs | null
  /**
   * The verdict is from before a start or a resume, and a reading is awaited:
   * good enough to show, too old to tell HAProxy.
   */
  readonly awaited: boolean
  readonly role: ServerRole | null
  readonly lag: Seconds | null
  /** How old its data can be at the most, also while the lag is not known; null if that was never known. */
  readonly staleness: Seconds | null
  /** Why the latest reading saw nothing; null if it did, and before the first. */
  readonly failure: string | null
  readonly readingAge: Seconds | null
}

export function takeSnapshot(state: FleetState, pools: readonly Pool[], now: Instant): Snapshot {
  const views = new Map<MemberId, MemberView>()
  const poolViews = pools.map((pool) => {
    const sights = pool.servers.map((server) => state.sights.get(server) ?? NEVER_SEEN)
    const awaited = isAwaited(pool, sights, state.resumedAt, now.monotonic)
    const members = pool.servers.map((server, position) => {
      const id = memberId(pool.name, server)
      const member = state.members.get(id)
      const view: MemberView = {
        pool: pool.name,
        server,
        verdict: member?.verdict ?? null,
        since: member?.since ?? null,
        awaited,
        ...viewSight(sights[position] as Sight, now),
      }
      views.set(id, view)
      return view
    })
    return { pool, members }
  })
  return { at: now, pools: poolViews, views }
}

type SightView = Pick<MemberView, 'role' | 'lag' | 'staleness' | 'failure' | 'readingAge'>

function viewSight(sight: Sight, now: Instant): SightView {
  const { reading } = sight
  const staleness = stalenessOf(sight, now.monotonic)
  if (reading === null) return { role: null, lag: null, staleness, failure: null, readingAge: null }
  const readingAge = Math.max(0, elapsed(reading.at, now.monotonic))
  if (reading.kind === 'unseen')
    return { role: null, lag: null, staleness, failure: reading.text, readingAge }
  return { role: roleOf(reading), lag: lagOf(reading), staleness, failure: null, readingAge }
}
