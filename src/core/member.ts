/** What is remembered of one server of one pool from step to step. */

import type { Damping } from './damping.ts'
import type { PoolName, ServerName } from './pool.ts'
import type { MonotonicMs, WallMs } from './units.ts'
import type { Verdict } from './verdict.ts'

export interface Member {
  readonly pool: PoolName
  readonly server: ServerName
  readonly verdict: Verdict
  readonly damping: Damping
  /** How it stood when the server was last seen; what a blind pool goes back to. */
  readonly sighted: { readonly verdict: Verdict; readonly damping: Damping } | null
  /** Since when it takes new connections without a break; null while it does not. */
  readonly inSince: MonotonicMs | null
  /** Since when it has this standing for this kind of reason. */
  readonly since: WallMs
}

/** What a pool decides for one of its servers. */
export interface Decision {
  readonly verdict: Verdict
  readonly damping: Damping
}
