/** What clients saw: how often each server answered, how fast, how stale, and every failure. */
export interface Report {
  readonly seconds: number
  readonly done: number
  readonly failed: number
  /** Answers by server_id. */
  readonly perServer: Readonly<Record<string, number>>
  readonly latencyMs: Spread
  /** Age of the newest heartbeat that a read saw. */
  readonly staleSeconds: Spread
  /** Equal failures in one line, in order of first appearance. */
  readonly failures: readonly Failure[]
}

/** All 0 when there was nothing to measure. */
export interface Spread {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Times in ms since 1970. */
export interface Failure {
  readonly text: string
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

export interface Tally {
  succeed(serverId: number, latencyMs: number, staleSeconds: number | null): void
  fail(text: string): void
  report(): Report
}

export function createTally(): Tally {
  const started = performance.now()
  const perServer: Record<string, number> = {}
  const latencies: number[] = []
  const staleness: number[] = []
  const failures = new Map<string, Failure>()
  let failed = 0
  return {
    succeed(serverId, latencyMs, staleSeconds) {
      perServer[serverId] = (perServer[serverId] ?? 0) + 1
      latencies.push(latencyMs)
      if (staleSeconds !== null) staleness.push(staleSeconds)
    },
    fail(text) {
      const now = Date.now()
      const { count, firstAt } = failures.get(text) ?? { count: 0, firstAt: now }
      failures.set(text, { text, count: count + 1, firstAt, lastAt: now })
      failed++
    },
    report: () => ({
      seconds: (performance.now() - started) / 1000,
      done: latencies.length,
      failed,
      perServer: { ...perServer },
      latencyMs: spread(latencies),
      staleSeconds: spread(staleness),
      failures: [...failures.values()],
    }),
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
