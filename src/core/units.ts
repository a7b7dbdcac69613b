/**
 * Units, so that a second is never taken for a millisecond nor one clock for
 * another.
 *
 * `Seconds` is what people read and configure. The two clocks are branded:
 * `MonotonicMs` measures and never jumps, `WallMs` is for showing and for
 * expiring, and mixing them does not compile.
 */

export type Seconds = number

/** Whole number from 0 to 100. */
export type Percent = number

declare const monotonic: unique symbol
declare const wall: unique symbol

/** Milliseconds of a clock that only ever moves forward; its zero means nothing. */
export type MonotonicMs = number & { readonly [monotonic]: true }

/** Milliseconds since 1970 by the machine's clock, which operators may step. */
export type WallMs = number & { readonly [wall]: true }

/** One moment, read off both clocks. */
export interface Instant {
  readonly monotonic: MonotonicMs
  readonly wall: WallMs
}

export function monotonicMs(value: number): MonotonicMs {
  return value as MonotonicMs
}

export function wallMs(value: number): WallMs {
  return value as WallMs
}

/** Seconds from one monotonic moment to a later one; negative if it is earlier. */
export function elapsed(from: MonotonicMs, to: MonotonicMs): Seconds {
  return (to - from) / 1000
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/
const LONGEST: Seconds = 3650 * 86_400

/**
 * Reads `500ms`, `1.5s`, `10m`, `2h` or `7d`; `null` for anything else, for a
 * bare number (whose unit would be a guess) and for more than ten years.
 */
export function parseDuration(text: string): Seconds | null {
  const match = DURATION.exec(text.trim())
  if (match === null) return null
  const seconds = (Number(match[1]) * 1000 * (SECONDS_PER_UNIT[match[2] as string] as number)) / 1000
  return seconds <= LONGEST ? seconds : null
}

/** The shortest text that `parseDuration` reads back as the same duration. */
export function formatDuration(seconds: Seconds): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = SECONDS_PER_UNIT[unit] as number
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`
  }
  return seconds >= 1 || seconds === 0 ? `${seconds}s` : `${Math.round(seconds * 1e6) / 1000}ms`
}
