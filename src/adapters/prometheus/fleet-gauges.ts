/** Gauges that are read off the snapshot when Prometheus asks, and cost nothing until then. */

import { Gauge, type Registry } from 'prom-client'
import type { Snapshot } from '../../core/snapshot.ts'
import { type Standing, standingOf, type Verdict } from '../../core/verdict.ts'

const STANDINGS: readonly Standing[] = ['in', 'soft_out', 'hard_out']

/** A server without verdict, or without known lag, has no series: absent is not 0. */
export function registerFleetGauges(registry: Registry, snapshot: () => Snapshot): void {
  const registers = [registry]
  new Gauge({
    name: 'poolguard_server_state',
    help: 'Whether a server has this state in this pool.',
    labelNames: ['pool', 'server', 'state'],
    registers,
    collect() {
      this.reset()
      forEachVerdict(snapshot(), (labels, verdict) => {
        for (const state of STANDINGS) this.set({ ...labels, state }, standingOf(verdict) === state ? 1 : 0)
      })
    },
  })
  new Gauge({
    name: 'poolguard_server_weight_ratio',
    help: 'Share of its configured weight that a server has in this pool.',
    labelNames: ['pool', 'server'],
    registers,
    collect() {
      this.reset()
      forEachVerdict(snapshot(), (labels, verdict) => this.set(labels, verdict.weightPercent / 100))
    },
  })
  registerServerGauge(
    registry,
    snapshot,
    'replica_lag_seconds',
    'Lag of a replica; absent while unknown.',
    'lag',
  )
  registerServerGauge(registry, snapshot, 'reading_age_seconds', 'Age of the latest reading.', 'readingAge')
  registerPoolGauges(registry, snapshot)
  registerFixed(registry)
}

function registerServerGauge(
  registry: Registry,
  snapshot: () => Snapshot,
  name: string,
  help: string,
  field: 'lag' | 'readingAge',
): void {
  new Gauge({
    name: `poolguard_${name}`,
    help,
    labelNames: ['server'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { server, [field]: value } of snapshot().views.values()) {
        if (value !== null) this.set({ server }, value)
      }
    },
  })
}

function registerPoolGauges(registry: Registry, snapshot: () => Snapshot): void {
  const forEachPool = (visit: (pool: string, verdicts: readonly Verdict[]) => void) => {
    for (const { pool, members } of snapshot().pools) {
      visit(
        pool.name,
        members.map((member) => member.verdict).filter((verdict) => verdict !== null),
      )
    }
  }
  new Gauge({
    name: 'poolguard_pool_servers_in',
    help: 'Servers of a pool that take new connections.',
    labelNames: ['pool'],
    registers: [registry],
    collect() {
      this.reset()
      forEachPool((pool, verdicts) => {
        this.set({ pool }, verdicts.filter((verdict) => standingOf(verdict) === 'in').length)
      })
    },
  })
  new Gauge({
    name: 'poolguard_pool_floor_active',
    help: 'Whether a pool has servers in that only its floor keeps.',
    labelNames: ['pool'],
    registers: [registry],
    collect() {
      this.reset()
      forEachPool((pool, verdicts) => this.set({ pool }, verdicts.some(isFloor) ? 1 : 0))
    },
  })
}

function isFloor({ reason }: Verdict): boolean {
  return reason.code === 'floor' || reason.code === 'writer_fallback'
}

/** Nobody can pause yet or state an intent, so that these are what they are. */
function registerFixed(registry: Registry): void {
  new Gauge({
    name: 'poolguard_paused',
    help: 'Whether decisions are paused.',
    registers: [registry],
  }).set(0)
  const intents = new Gauge({
    name: 'poolguard_intents',
    help: 'Intents of operators in force, by kind.',
    labelNames: ['kind'],
    registers: [registry],
  })
  for (const kind of ['drain', 'maint', 'force']) intents.set({ kind }, 0)
}

function forEachVerdict(
  snapshot: Snapshot,
  visit: (labels: { readonly pool: string; readonly server: string }, verdict: Verdict) => void,
): void {
  for (const { pool, server, verdict } of snapshot.views.values()) {
    if (verdict !== null) visit({ pool, server }, verdict)
  }
}
