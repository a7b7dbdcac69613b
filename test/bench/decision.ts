/** How long it takes to decide 500 servers once, and to encode what HAProxy will be told. */

import { Bench } from 'tinybench'
import { createReplyEncoder } from '../../src/adapters/haproxy/replies.ts'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import { createFleet, step } from '../../src/core/fleet.ts'
import { takeSnapshot } from '../../src/core/snapshot.ts'
import { largeFleet } from './large-fleet.ts'

const SERVERS = 500

export async function benchDecision(print: (line: string) => void): Promise<void> {
  const clock = createSystemClock()
  const { pools, readAll } = largeFleet(SERVERS)
  let state = createFleet(clock.now())
  let readings = readAll(clock.now().monotonic)
  const encode = createReplyEncoder()
  const bench = new Bench({ time: 1000, warmupTime: 300 })
  bench.add(
    'step',
    () => {
      state = step(state, { pools, readings }, clock.now()).state
    },
    {
      beforeEach: () => {
        readings = readAll(clock.now().monotonic)
      },
    },
  )
  bench.add(
    'step, snapshot and replies',
    () => {
      const now = clock.now()
      state = step(state, { pools, readings }, now).state
      encode(takeSnapshot(state, pools, now))
    },
    {
      beforeEach: () => {
        readings = readAll(clock.now().monotonic)
      },
    },
  )
  await bench.run()

  print(`deciding ${SERVERS} servers in two pools, each with a new reading:`)
  for (const task of bench.tasks) {
    const { result } = task
    if (result.state !== 'completed') throw new Error(`${task.name} did not complete`)
    const micros = (ms: number) => `${(ms * 1000).toFixed(0)} µs`
    print(
      `  ${task.name.padEnd(26)}  median ${micros(result.latency.p50)}, p99 ${micros(result.latency.p99)}`,
    )
  }
}
