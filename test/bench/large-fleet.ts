/** A reader pool and a writer pool of many servers, healthy but for a few. */

import type { Pool, PoolPolicy } from '../../src/core/pool.ts'
import type { Reading } from '../../src/core/reading.ts'
import type { MonotonicMs } from '../../src/core/units.ts'

const POLICY: PoolPolicy = {
  maxLag: 5,
  recoverLag: 2,
  maxAge: 3,
  rise: 2,
  fall: 2,
  ramp: 20,
  weightByLag: false,
  minServers: 2,
  maxStaleness: 600,
  floorWeight: 50,
  donor: 'last',
  maxApplyQueue: 1000,
  recoverApplyQueue: 250,
  minorityReads: false,
  writerWeight: 0,
  writerFallback: 20,
  blindHold: 30,
}

export interface LargeFleet {
  readonly pools: readonly Pool[]
  /** `db1` is the primary; each later reading differs a little, one in fifty lags too much. */
  readAll(at: MonotonicMs): Map<string, Reading>
}

export function largeFleet(servers: number): LargeFleet {
  const names = Array.from({ length: servers }, (_, index) => `db${index}`)
  const pools: readonly Pool[] = [
    { name: 'ro', role: 'reader', servers: names, policy: POLICY },
    { name: 'rw', role: 'writer', servers: names.slice(0, 3), policy: POLICY },
  ]
  return {
    pools,
    readAll: (at) =>
      new Map(
        names.map((name, index): [string, Reading] => [
          name,
          {
            kind: 'seen',
            at,
            writable: index === 0,
            heartbeat: null,
            galera: null,
            group: null,
            channels:
              index === 0
                ? []
                : [
                    {
                      name: '',
                      source: 'db0:3306',
                      io: 'running',
                      sql: 'running',
                      lag: index % 50 === 7 ? 60 : ((index * 7) % 10) / 10,
                      delay: 0,
                      error: null,
                    },
                  ],
          },
        ]),
      ),
  }
}
