import { type Instant, monotonicMs, type Seconds, wallMs } from '../../src/core/units.ts'
import type { Clock } from '../../src/ports.ts'

/** A clock that stands still until somebody turns it. */
export interface HandClock extends Clock {
  /** Moves both clocks on, calling back what falls due, in order and each at its own time. */
  advance(seconds: Seconds): void
  /** Lets time pass while nobody runs, as SIGSTOP does; what fell due is called back late, by `advance`. */
  freeze(seconds: Seconds): void
  /** How many callbacks are still to come. */
  pending(): number
}

/** Starts at 0 ms of monotonic time, and at midnight of 2026-01-01 on the wall. */
export function createHandClock(): HandClock {
  const epoch = Date.UTC(2026, 0, 1)
  const timers = new Set<{ readonly due: number; readonly callback: () => void }>()
  let now = 0

  const next = (until: number) =>
    [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0]

  return {
    now: (): Instant => ({ monotonic: monotonicMs(now), wall: wallMs(epoch + now) }),
    after(ms, callback) {
      const timer = { due: now + ms, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(seconds) {
      const until = now + seconds * 1000
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        timers.delete(timer)
        now = Math.max(now, timer.due)
        timer.callback()
      }
      now = until
    },
    freeze(seconds) {
      now += seconds * 1000
    },
    pending: () => timers.size,
  }
}
