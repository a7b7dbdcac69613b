/**
 * Reads one server over and over, one reading at a time.
 *
 * The schedule is jittered by a tenth, so that many daemons and many servers do
 * not ask in step. After three failures in a row it slows down, to once in two
 * seconds at the slowest, which is still often enough to see a server return.
 */

import type { ServerName } from '../core/pool.ts'
import type { Reading } from '../core/reading.ts'
import type { Seconds } from '../core/units.ts'
import type { Clock, Probe } from '../ports.ts'

export interface Poller {
  start(): void
  /** Reads again at once; if a reading is under way, as soon as it has ended. */
  readNow(): void
  /** Stops for good and drops the connection. */
  stop(): void
}

export interface PollerOptions {
  readonly server: ServerName
  readonly probe: Probe
  readonly interval: Seconds
  readonly clock: Clock
  /** From 0 up to, not including, 1. */
  readonly random: () => number
  readonly onReading: (server: ServerName, reading: Reading, took: Seconds) => void
}

const PATIENT_FAILURES = 3
const SLOWEST: Seconds = 2

export function createPoller(options: PollerOptions): Poller {
  const { server, probe, interval, clock, random, onReading } = options
  let cancelTimer: (() => void) | null = null
  let isReading = false
  let isUrgent = false
  let isStopped = false
  let failures = 0

  async function read(): Promise<void> {
    cancelTimer?.()
    cancelTimer = null
    isReading = true
    isUrgent = false
    const started = clock.now()
    const reading = await probe.read()
    isReading = false
    if (isStopped) return
    const took = (clock.now().monotonic - started.monotonic) / 1000
    failures = reading.kind === 'unseen' ? failures + 1 : 0
    schedule(isUrgent ? 0 : Math.max(0, nextInterval(interval, failures) * (0.9 + random() * 0.2) - took))
    onReading(server, reading, took)
  }

  function schedule(seconds: Seconds): void {
    cancelTimer = clock.after(seconds * 1000, () => void read())
  }

  return {
    start: () => void read(),
    readNow() {
      if (isStopped) return
      if (isReading) isUrgent = true
      else void read()
    },
    stop() {
      isStopped = true
      cancelTimer?.()
      probe.close()
    },
  }
}

function nextInterval(interval: Seconds, failures: number): Seconds {
  if (failures <= PATIENT_FAILURES) return interval
  return Math.max(interval, Math.min(interval * 2 ** (failures - PATIENT_FAILURES), SLOWEST))
}
