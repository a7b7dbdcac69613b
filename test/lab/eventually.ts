import { setTimeout as pause } from 'node:timers/promises'
import type { Seconds } from '../../src/core/units.ts'

const INTERVAL_MS = 20

/** Thrown by a probe that knows that waiting longer is in vain. */
export class Hopeless extends Error {}

/**
 * Waits until `probe` answers something other than `null` or `false`, and
 * returns that: the only way in which tests, bench and demo wait.
 *
 * A probe that throws says "not yet", so assertions may stand in it; what it
 * threw last is told when the deadline passes. It may hang: the deadline holds
 * all the same. A `Hopeless` ends the wait at once.
 */
export async function eventually<T>(
  what: string,
  deadline: Seconds,
  probe: () => Promise<T | null | false> | T | null | false,
): Promise<T> {
  const end = performance.now() + deadline * 1000
  let seen: unknown = 'no answer'
  for (;;) {
    const late = new AbortController()
    try {
      const answer = await Promise.race([
        probe(),
        pause(Math.max(0, end - performance.now()), LATE, { signal: late.signal }),
      ])
      if (answer === LATE) throw new Hopeless('the last probe did not answer', { cause: seen })
      if (answer !== null && answer !== false) return answer
      seen = answer
    } catch (error) {
      if (error instanceof Hopeless) throw explain(what, error.message, error.cause ?? error)
      seen = error
    } finally {
      late.abort()
    }
    if (performance.now() >= end) throw explain(what, `not within ${deadline} s`, seen)
    await pause(INTERVAL_MS)
  }
}

const LATE = Symbol('late')

function explain(what: string, why: string, seen: unknown): Error {
  const last = seen instanceof Error ? seen.message : String(seen)
  return new Error(`waited for ${what}: ${why}${last === why ? '' : `; last seen: ${last}`}`, { cause: seen })
}
