/** The rules of a pool with everything that was left out filled in. */

import type { PoolPolicy } from '../core/pool.ts'
import type { Seconds } from '../core/units.ts'
import { DEFAULTS } from './defaults.ts'
import type { DraftPool } from './draft.ts'
import { percentOf, secondsOf } from './fields.ts'

/**
 * Four defaults follow other settings, so that setting one is enough:
 * `recover_lag` stays at or below 40 % of `max_lag`, `max_staleness` at or above
 * it, `recover_apply_queue` at or below a quarter of `max_apply_queue`, and
 * `max_age` leaves room for two readings of the slowest server.
 *
 * `slowestReading` is poll interval plus timeout of that server.
 */
export function resolvePolicy(pool: DraftPool, slowestReading: Seconds): PoolPolicy {
  const maxLag = pool.max_lag ?? secondsOf(DEFAULTS.max_lag)
  const maxApplyQueue = pool.max_apply_queue ?? DEFAULTS.max_apply_queue
  return {
    maxLag,
    recoverLag: pool.recover_lag ?? Math.min(secondsOf(DEFAULTS.recover_lag), wholeMs(maxLag * 0.4)),
    maxAge: pool.max_age ?? Math.max(secondsOf(DEFAULTS.max_age), wholeMs(slowestReading * 2)),
    rise: pool.rise ?? DEFAULTS.rise,
    fall: pool.fall ?? DEFAULTS.fall,
    ramp: pool.ramp ?? secondsOf(DEFAULTS.ramp),
    weightByLag: pool.weight_by_lag ?? DEFAULTS.weight_by_lag,
    minServers: pool.min_servers ?? DEFAULTS.min_servers,
    maxStaleness: pool.max_staleness ?? Math.max(secondsOf(DEFAULTS.max_staleness), maxLag),
    floorWeight: pool.floor_weight ?? percentOf(DEFAULTS.floor_weight),
    donor: pool.donor ?? DEFAULTS.donor,
    maxApplyQueue,
    recoverApplyQueue:
      pool.recover_apply_queue ?? Math.min(DEFAULTS.recover_apply_queue, Math.floor(maxApplyQueue / 4)),
    minorityReads: pool.minority_reads ?? DEFAULTS.minority_reads,
    writerWeight: pool.writer_weight ?? percentOf(DEFAULTS.writer_weight),
    writerFallback: pool.writer_fallback ?? percentOf(DEFAULTS.writer_fallback),
    blindHold: pool.blind_hold ?? secondsOf(DEFAULTS.blind_hold),
  }
}

function wholeMs(seconds: Seconds): Seconds {
  return Math.round(seconds * 1000) / 1000
}
