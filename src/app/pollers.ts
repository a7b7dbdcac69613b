/** One poller for each configured server, kept through reloads where nothing changed. */

import { isDeepStrictEqual } from 'node:util'
import type { ServerName } from '../core/pool.ts'
import type { Reading } from '../core/reading.ts'
import type { Seconds } from '../core/units.ts'
import type { Clock, MysqlTarget, Probe } from '../ports.ts'
import { createPoller, type Poller } from './poller.ts'

export interface Pollers {
  /** Starts, restarts and stops what it takes; an unchanged target keeps its connection. */
  replace(targets: readonly MysqlTarget[]): void
  readAllNow(): void
  stop(): void
}

export interface PollersOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly createProbe: (target: MysqlTarget) => Probe
  readonly onReading: (server: ServerName, reading: Reading, took: Seconds) => void
}

export function createPollers(options: PollersOptions): Pollers {
  const running = new Map<ServerName, { readonly target: MysqlTarget; readonly poller: Poller }>()

  function stopOthers(targets: readonly MysqlTarget[]): void {
    for (const [name, { target, poller }] of running) {
      if (targets.some((wanted) => isDeepStrictEqual(wanted, target))) continue
      poller.stop()
      running.delete(name)
    }
  }

  return {
    replace(targets) {
      stopOthers(targets)
      for (const target of targets) {
        if (running.has(target.name)) continue
        const { clock, random, onReading } = options
        const probe = options.createProbe(target)
        const poller = createPoller({
          server: target.name,
          interval: target.pollInterval,
          probe,
          clock,
          random,
          onReading,
        })
        running.set(target.name, { target, poller })
        poller.start()
      }
    },
    readAllNow() {
      for (const { poller } of running.values()) poller.readNow()
    },
    stop: () => stopOthers([]),
  }
}
