/** The immutable whole-fleet value that everybody but the coordinator reads. */

import { type FleetState, isAwaited } from './fleet.ts'
import { lagOf } from './lag.ts'
import { type MemberId, memberId, type Pool, type ServerName } from './pool.ts'
import { roleOf, type ServerRole } from './reading.ts'
import type { Sight } from './sight.ts'
import { NEVER_SEEN } from './sight.ts'
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

function viewSight(sight: Sight, now: Instant): Pick<MemberView, 'role' | 'lag' | 'readingAge'> {
  const { reading } = sight
  if (reading === null) return { role: null, lag: null, readingAge: null }
  const readingAge = Math.max(0, elapsed(reading.at, now.monotonic))
  if (reading.kind === 'unseen') return { role: null, lag: null, readingAge }
  return { role: roleOf(reading), lag: lagOf(reading), readingAge }
}
