/** The machine's clocks. */

import { monotonicMs, wallMs } from '../../core/units.ts'
import type { Clock } from '../../ports.ts'

export function createSystemClock(): Clock {
  return {
    now: () => ({ monotonic: monotonicMs(performance.now()), wall: wallMs(Date.now()) }),
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
  }
}
