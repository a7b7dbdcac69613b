/** Builds the daemon by hand, piece by piece: the one place that knows them all. */

import { createAgentServer } from '../adapters/haproxy/agent-server.ts'
import { createReplyEncoder, type Replies } from '../adapters/haproxy/replies.ts'
import { createHttpApi } from '../adapters/http/api.ts'
import { createLocalApi } from '../adapters/http/local-api.ts'
import { createMetrics } from '../adapters/prometheus/metrics.ts'
import { createLogObserver, type Logger } from '../adapters/system/log.ts'
import { createStateFile } from '../adapters/system/state-file.ts'
import { type Config, sameListen, sameLocal } from '../config/config.ts'
import { STALL } from '../core/fleet.ts'
import type { Snapshot } from '../core/snapshot.ts'
import { elapsed } from '../core/units.ts'
import type { Clock, MysqlTarget, Observer, Probe, ReloadOutcome } from '../ports.ts'
import { createCoordinator } from './coordinator.ts'
import { createFleetReader } from './fleet-reader.ts'
import { type Listeners, type LocalDoor, openListeners } from './listeners.ts'
import { createPollers } from './pollers.ts'
import { createReadiness } from './readiness.ts'
import { logOncePerName } from './unknown-names.ts'

/** What differs between the real daemon and one in a test. */
export interface World {
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly version: string
  readonly createProbe: (target: MysqlTarget) => Probe
  /** Reads the configuration again. */
  readonly loadConfig: () => LoadedConfig
  /** Called once, when every server has been read and HAProxy may ask. */
  readonly onReady: () => void
  /** The agent port cannot be opened: there is no point in going on. */
  readonly onFatal: (error: Error) => void
}

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] }

export interface Daemon {
  /** Resolves when HTTP answers; the agent port follows when every server has been read. */
  start(): Promise<Listeners>
  reload(): ReloadOutcome
  stop(): Promise<void>
}

export function createDaemon(initial: Config, world: World): Daemon {
  const { clock, log } = world
  let config = initial
  const store = createStateFile(config.stateDir, (sentence) => log.warn(sentence))
  const encode = createReplyEncoder()
  let replies: Replies = new Map()
  const metrics = createMetrics(world.version, () => coordinator.snapshot())
  const readiness = createReadiness(() => coordinator.unread().length === 0)
  const encoder: Observer = {
    onSnapshot: (snapshot: Snapshot) => {
      replies = encode(snapshot)
    },
  }
  const coordinator = createCoordinator({
    clock,
    pools: config.pools,
    observers: [encoder, metrics.observer, createLogObserver(log), readiness],
    store,
    onResume: () => {
      log.warn('poolguard did not run for a while: every server is read anew before anything is decided')
      pollers.readAllNow()
    },
  })
  const pollers = createPollers({
    clock,
    random: world.random,
    createProbe: world.createProbe,
    onReading: coordinator.receive,
  })
  const agent = createAgentServer({
    clock,
    replies: () =>
      elapsed(coordinator.snapshot().at.monotonic, clock.now().monotonic) > STALL ? null : replies,
    onResult: metrics.countAgentCheck,
    onUnknown: logOncePerName((name) =>
      log.warn({ name }, 'HAProxy asks for a server that is not configured'),
    ),
  })
  const fleet = createFleetReader(config.cluster, coordinator, clock)
  const createApi = (trusted: boolean) =>
    createHttpApi({
      fleet,
      metrics: metrics.scrape,
      reload: async () => reload(),
      trusted,
      version: world.version,
      log,
    })
  const createLocalDoor = ({ local }: Config): LocalDoor | null =>
    local && {
      address: local.listen,
      api: createLocalApi({ fleet, clock, server: local.server, log }),
    }
  let listeners: Listeners | null = null

  function reload(): ReloadOutcome {
    const loaded = world.loadConfig()
    metrics.setReloadSuccessful(loaded.ok)
    if (!loaded.ok) {
      log.error({ problems: loaded.problems }, 'the new configuration is wrong; the old one stays in force')
      return loaded
    }
    const warnings = [...loaded.warnings, ...restartWarnings(config, loaded.config)]
    config = loaded.config
    pollers.replace(config.servers.map(({ target }) => target))
    coordinator.replacePools(config.pools)
    log.info({ warnings }, 'configuration reloaded')
    return { ok: true, warnings }
  }

  return {
    reload,
    async start() {
      listeners = await openListeners(
        config.listen,
        createApi,
        createLocalDoor(config),
        agent,
        readiness.whenReady(),
      )
      coordinator.start()
      pollers.replace(config.servers.map(({ target }) => target))
      listeners.agentOpen.then((address) => address && world.onReady(), world.onFatal)
      return listeners
    },
    async stop() {
      pollers.stop()
      await Promise.all([listeners?.close(), coordinator.stop()])
    },
  }
}

function restartWarnings(before: Config, after: Config): readonly string[] {
  const changed = [
    sameListen(before, after) ? [] : ['listen'],
    sameLocal(before, after) ? [] : ['local'],
    before.stateDir === after.stateDir ? [] : ['state_dir'],
    before.cluster === after.cluster ? [] : ['cluster'],
    before.logLevel === after.logLevel ? [] : ['log.level'],
  ].flat()
  return changed.map((key) => `${key} has changed: that takes effect at the next restart`)
}
