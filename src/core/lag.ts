/** How far a replica is behind, and whether that is fresh enough to read from. */

import type { PoolPolicy } from './pool.ts'
import type { Channel, Seen } from './reading.ts'
import type { Percent, Seconds } from './units.ts'

/**
 * The lag that a reading proves, or null when it proves none.
 *
 * The heartbeat is asked first: it is exact, and it grows at once when the
 * source hangs or a thread stops, while `Seconds_Behind_Source` goes on saying
 * 0 until `slave_net_timeout` (60 s by default) or turns NULL. The heartbeat
 * knows one source only, so a channel that says to be further behind overrules
 * it; a second is taken off, because `Seconds_Behind_Source` counts whole
 * seconds and may say one too many.
 */
export function lagOf(reading: Seen): Seconds | null {
  const { channels, heartbeat } = reading
  if (channels.length === 0 || heartbeat?.kind === 'missing') return null
  const running = channels.every((channel) => channel.io === 'running' && channel.sql === 'running')
  const worst = running ? worstChannelLag(channels) : null
  if (heartbeat === null) return worst
  return Math.max(heartbeat.seconds, (worst ?? 0) - 1)
}

/** The largest `Seconds_Behind_Source`; null if any channel says NULL. */
export function worstChannelLag(channels: readonly Channel[]): Seconds | null {
  let worst = 0
  for (const channel of channels) {
    if (channel.lag === null) return null
    worst = Math.max(worst, channel.lag)
  }
  return worst
}

/**
 * The lag that a server must not exceed now. Between `recoverLag` and `maxLag`
 * the answer is whatever it was before, so that a replica which hovers at the
 * threshold does not flap.
 */
export function lagLimit(policy: PoolPolicy, wasIn: boolean): Seconds {
  return wasIn ? policy.maxLag : policy.recoverLag
}

/** Falls from 100 % at `recoverLag` to 10 % at `maxLag`, in steps of ten. */
export function weightForLag(lag: Seconds, policy: PoolPolicy): Percent {
  if (!policy.weightByLag || lag <= policy.recoverLag) return 100
  if (lag >= policy.maxLag) return 10
  const share = (lag - policy.recoverLag) / (policy.maxLag - policy.recoverLag)
  return 100 - Math.floor(share * 10) * 10
}

/** `0.2s`, `12.3s`: one decimal, as HAProxy's stats page shows it. */
export function formatLag(lag: Seconds): string {
  return `${lag.toFixed(1)}s`
}
