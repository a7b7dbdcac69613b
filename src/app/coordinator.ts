/**
 * The one writer: takes readings in, steps the fleet, swaps the snapshot, and
 * tells the observers.
 *
 * It steps shortly after a reading (several that arrive together share a step)
 * and five times a second anyway, since time alone changes verdicts too.
 */

import { createFleet, type FleetState, step } from '../core/fleet.ts'
import type { Pool, ServerName } from '../core/pool.ts'
import type { Reading } from '../core/reading.ts'
import { type Snapshot, takeSnapshot } from '../core/snapshot.ts'
import { elapsed, type Seconds } from '../core/units.ts'
import type { Clock, Observer, StateStore } from '../ports.ts'

export interface Coordinator {
  start(): void
  /** Ends the loop and resolves when the state is saved. */
  stop(): Promise<void>
  receive(server: ServerName, reading: Reading, took: Seconds): void
  /** Servers that left every pool are forgotten, all others keep their past. */
  replacePools(pools: readonly Pool[]): void
  snapshot(): Snapshot
  state(): FleetState
  /** Servers of the pools that have not been read since the daemon started. */
  unread(): readonly ServerName[]
}

export interface CoordinatorOptions {
  readonly clock: Clock
  readonly pools: readonly Pool[]
  readonly observers: readonly Observer[]
  readonly store: StateStore
  /** The daemon did not run for a while: every server has to be read anew. */
  readonly onResume: () => void
}

const TICK_MS = 200
const GATHER_MS = 5
const SAVE_INTERVAL: Seconds = 5

export function createCoordinator(options: CoordinatorOptions): Coordinator {
  const { clock, observers, store } = options
  const started = clock.now()
  const readings = new Map<ServerName, Reading>()
  let pools = options.pools
  let state = store.load(started) ?? createFleet(started)
  let snapshot = takeSnapshot(state, pools, started)
  let savedAt = started
  let cancelTick: (() => void) | null = null
  let cancelGather: (() => void) | null = null

  function advance(): void {
    const before = state
    const now = clock.now()
    const result = step(before, { pools, readings }, now)
    state = result.state
    snapshot = takeSnapshot(state, pools, now)
    const took = elapsed(now.monotonic, clock.now().monotonic)
    for (const observer of observers) observer.onSnapshot?.(snapshot, took)
    for (const transition of result.transitions) {
      for (const observer of observers) observer.onTransition?.(transition)
    }
    if (state.resumedAt !== before.resumedAt) options.onResume()
    if (result.transitions.length > 0 || elapsed(savedAt.monotonic, now.monotonic) >= SAVE_INTERVAL) {
      savedAt = now
      void store.save(state, now)
    }
  }

  function tick(): void {
    cancelTick = clock.after(TICK_MS, tick)
    advance()
  }

  return {
    start: tick,
    stop() {
      cancelTick?.()
      cancelGather?.()
      return store.save(state, clock.now())
    },
    receive(server, reading, took) {
      readings.set(server, reading)
      for (const observer of observers) observer.onReading?.(server, reading, took)
      cancelGather ??= clock.after(GATHER_MS, () => {
        cancelGather = null
        advance()
      })
    },
    replacePools(next) {
      pools = next
      const named = new Set(pools.flatMap((pool) => pool.servers))
      for (const server of readings.keys()) if (!named.has(server)) readings.delete(server)
      advance()
    },
    snapshot: () => snapshot,
    state: () => state,
    unread: () =>
      [...new Set(pools.flatMap((pool) => pool.servers))].filter((server) => !readings.has(server)),
  }
}
