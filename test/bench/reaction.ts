/** From a replica's SQL thread stopping to HAProxy sending it nothing new, read off HAProxy's own stats. */

import { eventually } from '../lab/eventually.ts'
import { openLab } from '../lab/lab.ts'
import { startSqlThread, stopSqlThread } from '../lab/lag.ts'
import { startLoad } from '../lab/load.ts'
import type { Mariadb } from '../lab/mariadb.ts'
import { setStage } from '../lab/stage.ts'
import { median } from './median.ts'

const ROUNDS = 10

export async function benchReaction(print: (line: string) => void): Promise<void> {
  const lab = openLab()
  try {
    const stage = await setStage(lab, {
      replicas: 3,
      pollInterval: '200ms',
      agentInterval: '200ms',
      mysql: { timeout: '500ms' },
      readers: { max_lag: '2s', recover_lag: '1s', rise: 1, fall: 1, ramp: '0s' },
    })
    const db3 = stage.replication.replicas[1] as Mariadb
    const weightIs = (weight: number) => async () =>
      (await stage.haproxy.server('ro', 'db3')).weight === weight
    await eventually('db3 to serve', 10, weightIs(100))
    const load = startLoad(lab, { readPort: stage.ports.read, writePort: stage.ports.write })
    const leaving: number[] = []
    const returning: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const stopped = performance.now()
      await stopSqlThread(db3)
      await eventually('db3 to leave', 10, weightIs(0))
      leaving.push(performance.now() - stopped)
      const started = performance.now()
      await startSqlThread(db3)
      await eventually('db3 to return', 10, weightIs(100))
      returning.push(performance.now() - started)
    }
    const { reads, writes } = await load.stop()
    print(`reaction, poll_interval 200ms, fall 1, agent-inter 200ms, median of ${ROUNDS}:`)
    print(`  SQL thread stopped -> weight 0 in HAProxy   ${describe(leaving)} (goal: 500 ms)`)
    print(`  SQL thread started -> full weight           ${describe(returning)}`)
    print(`  meanwhile ${reads.done} reads and ${writes.done} writes, ${reads.failed + writes.failed} failed`)
    for (const { text, count } of [...reads.failures, ...writes.failures]) print(`    ${count} x ${text}`)
  } finally {
    await lab.close()
  }
}

function describe(samples: readonly number[]): string {
  const round = (value: number) => value.toFixed(0)
  return `${round(median(samples))} ms (${round(Math.min(...samples))}..${round(Math.max(...samples))})`
}
