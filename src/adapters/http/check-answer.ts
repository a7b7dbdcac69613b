/** What `/check/{pool}/{server}` answers: a verdict as HAProxy's HTTP checks want it. */

import { formatLag } from '../../core/lag.ts'
import { memberId } from '../../core/pool.ts'
import type { MemberView, Snapshot } from '../../core/snapshot.ts'
import { formatDuration, type Seconds } from '../../core/units.ts'
import { type Standing, standingOf } from '../../core/verdict.ts'
import { quoteName } from './problem.ts'

export interface CheckAnswer {
  /** 404 pairs with `http-check disable-on-404`: no new connections, running ones finish. */
  readonly status: 200 | 404 | 503
  readonly text: string
}

const STATUS: Readonly<Record<Standing, CheckAnswer['status']>> = { in: 200, soft_out: 404, hard_out: 503 }

/**
 * `maxLag` null asks no stricter question than the pool's own. After a restart
 * or a pause the verdict from before is told, for at most `max_age`: a health
 * check that got none would take servers out that are rightly in.
 */
export function answerCheck(
  snapshot: Snapshot,
  pool: string,
  server: string,
  maxLag: Seconds | null,
): CheckAnswer {
  const view = snapshot.views.get(memberId(pool, server))
  if (view === undefined)
    return { status: 503, text: `unknown pool/server ${quoteName(`${pool}/${server}`)}` }
  const { verdict } = view
  if (verdict === null) return { status: 503, text: 'no reading yet' }
  const status = STATUS[standingOf(verdict)]
  const objection = status === 200 && maxLag !== null ? objectToLag(snapshot, view, maxLag) : null
  return objection === null ? { status, text: verdict.reason.text } : { status: 404, text: objection }
}

/** Null for one that is fresh enough. The primary always is: its data is the original. */
function objectToLag(snapshot: Snapshot, view: MemberView, maxLag: Seconds): string | null {
  const maxAge = snapshot.pools.find(({ pool }) => pool.name === view.pool)?.pool.policy.maxAge ?? 0
  if (view.readingAge === null || view.readingAge > maxAge)
    return 'lag unknown: no reading that is young enough'
  if (view.role === 'primary') return null
  if (view.lag === null) return `lag unknown, asked for at most ${formatDuration(maxLag)}`
  if (view.lag <= maxLag) return null
  return `lag ${formatLag(view.lag)} over the ${formatDuration(maxLag)} asked for`
}
