/** Whether a server is fit to serve, before damping: what every judge returns. */

import type { Seconds } from './units.ts'
import type { ReasonCode } from './verdict.ts'

export type Judgement = Fit | Unfit

export interface Fit {
  readonly fit: true
  readonly lag: Seconds
  readonly text: string
}

export interface Unfit {
  readonly fit: false
  readonly code: ReasonCode
  readonly text: string
  /** Hard out cuts off: clients would only fail there. Soft out lets running reads finish. */
  readonly hard: boolean
  /** Does not wait for `fall` readings. */
  readonly urgent: boolean
  /** How old its data is at the most, if the floor may keep it; null if it must not. */
  readonly staleness: Seconds | null
}

/** What is said of members of a cluster: what makes every query fail does not wait, all else does. */
export function unfit(code: ReasonCode, text: string, hard: boolean, staleness: Seconds | null): Unfit {
  return { fit: false, code, text, hard, urgent: hard, staleness }
}
