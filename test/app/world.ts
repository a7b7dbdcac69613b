/** The whole daemon in this process, on real sockets, with a clock that the test turns and probes that it answers. */

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createLogger } from '../../src/adapters/system/log.ts'
import { createDaemon, type Daemon, type LoadedConfig } from '../../src/app/daemon.ts'
import type { Listeners } from '../../src/app/listeners.ts'
import type { Config } from '../../src/config/config.ts'
import type { Pool } from '../../src/core/pool.ts'
import type { Reading } from '../../src/core/reading.ts'
import type { MysqlTarget } from '../../src/ports.ts'
import { createHandClock, type HandClock } from '../lab/hand-clock.ts'
import { createScriptedProbe, type ScriptedProbe, settled } from './scripted-probe.ts'

export interface TestWorld {
  readonly clock: HandClock
  readonly daemon: Daemon
  readonly listeners: Listeners
  /** The probe that a server has now. */
  probe(server: string): ScriptedProbe
  /** Turns the clock on, in steps small enough that nothing seems to have stalled. */
  advance(seconds: number): Promise<void>
  /** Answers every reading under way, now and for the seconds that follow. */
  readAll(seconds: number, answer: (server: string, now: number) => Reading): Promise<void>
  /** The next reload finds this. */
  setConfig(loaded: LoadedConfig): void
  agentCheck(request: string): Promise<string>
  get(path: string): Promise<{ readonly status: number; readonly text: string }>
  isReady(): boolean
  fatalError(): Error | null
  stop(): Promise<void>
}

export function target(name: string, changes: Partial<MysqlTarget> = {}): MysqlTarget {
  return {
    name,
    host: '127.0.0.1',
    port: 3306,
    adminPort: null,
    user: 'poolguard',
    password: 'secret',
    pollInterval: 0.5,
    timeout: 0.5,
    heartbeat: null,
    tls: null,
    ...changes,
  }
}

export function config(directory: string, pools: readonly Pool[], targets: readonly MysqlTarget[]): Config {
  return {
    file: path.join(directory, 'poolguard.yaml'),
    cluster: 'shop',
    listen: {
      agent: { host: '127.0.0.1', port: 0 },
      http: { host: '127.0.0.1', port: 0 },
      socket: path.join(directory, 'poolguard.sock'),
    },
    local: null,
    servers: targets.map((one) => ({ target: one, tags: {} })),
    pools,
    stateDir: path.join(directory, 'state'),
    logLevel: 'fatal',
  }
}

export function makeDirectory(): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(path.join(tmpdir(), 'poolguard-app-'))
  return { directory, remove: () => rmSync(directory, { recursive: true }) }
}

export async function startWorld(initial: Config): Promise<TestWorld> {
  const clock = createHandClock()
  const probes = new Map<string, ScriptedProbe>()
  let loaded: LoadedConfig = { ok: true, config: initial, warnings: [] }
  let isReady = false
  let fatal: Error | null = null
  const daemon = createDaemon(initial, {
    clock,
    random: () => 0.5,
    log: createLogger('fatal', 'shop'),
    version: '1.2.3',
    createProbe: ({ name }) => {
      const probe = createScriptedProbe()
      probes.set(name, probe)
      return probe
    },
    loadConfig: () => loaded,
    onReady: () => {
      isReady = true
    },
    onFatal: (error) => {
      fatal = error
    },
  })
  const listeners = await daemon.start()

  async function advance(seconds: number): Promise<void> {
    for (let left = Math.round(seconds * 1000); left > 0; left -= 50) {
      clock.advance(Math.min(left, 50) / 1000)
      await settled()
    }
  }

  return {
    clock,
    daemon,
    listeners,
    advance,
    probe(server) {
      const probe = probes.get(server)
      if (!probe) throw new Error(`nobody probes ${server}`)
      return probe
    },
    async readAll(seconds, answer) {
      const end = clock.now().monotonic + seconds * 1000
      for (;;) {
        for (const [server, probe] of probes) {
          if (probe.isReading()) await probe.answer(answer(server, clock.now().monotonic / 1000))
        }
        await advance(0.05)
        if (clock.now().monotonic >= end) return
      }
    },
    setConfig(next) {
      loaded = next
    },
    async agentCheck(request) {
      const address = await listeners.agentOpen
      if (address === null) throw new Error('the agent port was never opened')
      const socket = net.connect(address.port, address.host)
      let said = ''
      socket
        .on('error', () => {})
        .on('data', (chunk) => {
          said += chunk.toString()
        })
      socket.write(request)
      await once(socket, 'close')
      return said
    },
    async get(route) {
      const response = await fetch(`http://${listeners.http.host}:${listeners.http.port}${route}`)
      return { status: response.status, text: await response.text() }
    },
    isReady: () => isReady,
    fatalError: () => fatal,
    stop: () => daemon.stop(),
  }
}
