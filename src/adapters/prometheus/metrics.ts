/** Everything that Prometheus scrapes, except what the snapshot says (see `fleet-gauges.ts`). */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Snapshot } from '../../core/snapshot.ts'
import { standingOf } from '../../core/verdict.ts'
import type { Observer } from '../../ports.ts'
import { registerFleetGauges } from './fleet-gauges.ts'

export interface Metrics {
  readonly observer: Observer
  countAgentCheck(result: string): void
  setReloadSuccessful(ok: boolean): void
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>
}

/** Default gauges of prom-client that end in `_total`, which promtool reserves for counters. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

export function createMetrics(version: string, snapshot: () => Snapshot): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  registerFleetGauges(registry, snapshot)

  new Gauge({
    name: 'poolguard_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1)
  const probeDuration = new Histogram({
    name: 'poolguard_probe_duration_seconds',
    help: 'How long a reading of a server took, failed ones included.',
    labelNames: ['server'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  const probeFailures = new Counter({
    name: 'poolguard_probe_failures_total',
    help: 'Readings that learned nothing, by cause.',
    labelNames: ['server', 'kind'],
    registers,
  })
  const transitions = new Counter({
    name: 'poolguard_transitions_total',
    help: 'Verdicts that changed, by the standing that they changed to.',
    labelNames: ['pool', 'server', 'to'],
    registers,
  })
  const agentChecks = new Counter({
    name: 'poolguard_agent_checks_total',
    help: 'Agent checks by what became of them: answered, unknown name, withheld, or a bad request.',
    labelNames: ['result'],
    registers,
  })
  const decisionDuration = new Histogram({
    name: 'poolguard_decision_duration_seconds',
    help: 'How long it took to decide the whole fleet once.',
    buckets: [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05],
    registers,
  })
  const reloadSuccessful = new Gauge({
    name: 'poolguard_config_last_reload_successful',
    help: 'Whether the last configuration that was read is in force.',
    registers,
  })
  reloadSuccessful.set(1)

  return {
    observer: {
      onReading(server, reading, tookSeconds) {
        probeDuration.observe({ server }, tookSeconds)
        if (reading.kind === 'unseen') probeFailures.inc({ server, kind: reading.cause })
      },
      onSnapshot: (_snapshot, tookSeconds) => decisionDuration.observe(tookSeconds),
      onTransition: ({ pool, server, to }) => transitions.inc({ pool, server, to: standingOf(to) }),
    },
    countAgentCheck: (result) => agentChecks.inc({ result }),
    setReloadSuccessful: (ok) => reloadSuccessful.set(ok ? 1 : 0),
    scrape: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  }
}
