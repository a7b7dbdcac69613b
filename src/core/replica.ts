/** Is this replica fit to be read from? The one place that knows what makes one unfit. */

import type { Judgement, Unfit } from './judgement.ts'
import { formatLag, lagLimit, lagOf } from './lag.ts'
import type { PoolPolicy } from './pool.ts'
import type { Channel, Seen } from './reading.ts'
import { type Sight, stalenessOf } from './sight.ts'
import { formatDuration, type MonotonicMs } from './units.ts'
import type { ReasonCode } from './verdict.ts'

/**
 * Judges a replica by its latest reading.
 *
 * In order: an intentional delay (which never serves, not even on the floor),
 * a stopped thread, a heartbeat that is configured but absent, then the lag
 * against `lagLimit`. While a channel looks for its source, the data ages from
 * the last lag that was known: a short break takes nobody out, a long one does.
 */
export function judgeReplica(
  sight: Sight,
  reading: Seen,
  policy: PoolPolicy,
  wasIn: boolean,
  now: MonotonicMs,
): Judgement {
  const staleness = stalenessOf(sight, now)
  const soft = (code: ReasonCode, text: string): Unfit => ({
    fit: false,
    code,
    text,
    hard: false,
    urgent: false,
    staleness: code === 'delayed' ? null : staleness,
  })
  const delayed = reading.channels.find((channel) => channel.delay > 0)
  if (delayed) return soft('delayed', `replicates ${formatDuration(delayed.delay)} late on purpose`)
  const stopped = reading.channels.find((channel) => channel.io === 'stopped' || channel.sql === 'stopped')
  if (stopped) return soft('replication_stopped', describeStopped(stopped))
  if (reading.heartbeat?.kind === 'missing') return soft('heartbeat_missing', reading.heartbeat.text)

  const searching = reading.channels.find((channel) => channel.io === 'connecting')
  const lag = lagOf(reading) ?? (searching ? staleness : null)
  if (lag === null)
    return soft('lag_unknown', searching ? describeSearching(searching) : 'lag unknown: the server says NULL')
  const text = searching
    ? `${describeSearching(searching)}, at most ${formatLag(lag)} behind`
    : `lag ${formatLag(lag)}`
  const limit = lagLimit(policy, wasIn)
  if (lag <= limit) return { fit: true, lag, text }
  return soft('lag', `${text} over ${formatDuration(limit)}`)
}

function describeStopped(channel: Channel): string {
  const thread = channel.sql === 'stopped' ? 'SQL' : 'IO'
  const error = channel.error === null ? '' : `: error ${channel.error.code}`
  return `replication ${thread} thread stopped${describeChannel(channel)}${error}`
}

function describeSearching(channel: Channel): string {
  const error = channel.error === null ? '' : ` (error ${channel.error.code})`
  return `no connection to source ${channel.source}${describeChannel(channel)}${error}`
}

function describeChannel(channel: Channel): string {
  return channel.name === '' ? '' : ` on channel "${channel.name}"`
}
