import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { createMetrics } from '../../../src/adapters/prometheus/metrics.ts'
import { takeSnapshot } from '../../../src/core/snapshot.ts'
import { fleet, instant, lagging, primary, readers, unseen, writers } from '../../core/builders.ts'

function scrapeFleet() {
  const pools = [readers(['db1', 'db2', 'db3'], { minServers: 1 }), writers(['db1', 'db2'])]
  const world = fleet(...pools)
  const metrics = createMetrics('1.2.3', () => takeSnapshot(world.state(), pools, instant(1)))
  const { transitions } = world.advance(1, {
    db1: primary(1),
    db2: lagging(20, 0.75),
    db3: unseen(1, 'refused'),
  })
  for (const transition of transitions) metrics.observer.onTransition?.(transition)
  metrics.observer.onReading?.('db3', unseen(1, 'refused'), 0.02)
  metrics.observer.onSnapshot?.(takeSnapshot(world.state(), pools, instant(1)), 0.0002)
  metrics.countAgentCheck('unknown')
  return metrics
}

it('shows what the contract promises', async () => {
  const { body } = await scrapeFleet().scrape()
  const lines = body.split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      `poolguard_build_info{version="1.2.3",node="${process.version}"} 1`,
      'poolguard_server_state{pool="ro",server="db1",state="in"} 0',
      'poolguard_server_state{pool="ro",server="db1",state="soft_out"} 1',
      'poolguard_server_state{pool="ro",server="db3",state="hard_out"} 1',
      'poolguard_server_weight_ratio{pool="ro",server="db2"} 1',
      'poolguard_server_weight_ratio{pool="rw",server="db2"} 0',
      'poolguard_replica_lag_seconds{server="db2"} 20',
      'poolguard_reading_age_seconds{server="db2"} 0.25',
      'poolguard_probe_failures_total{server="db3",kind="refused"} 1',
      'poolguard_transitions_total{pool="ro",server="db2",to="in"} 1',
      'poolguard_pool_servers_in{pool="ro"} 1',
      'poolguard_pool_floor_active{pool="ro"} 1',
      'poolguard_pool_floor_active{pool="rw"} 0',
      'poolguard_intents{kind="drain"} 0',
      'poolguard_agent_checks_total{result="unknown"} 1',
      'poolguard_config_last_reload_successful 1',
      'poolguard_paused 0',
      'poolguard_probe_duration_seconds_bucket{le="0.025",server="db3"} 1',
      'poolguard_decision_duration_seconds_count 1',
    ]),
  )
})

it('has no series for what is not known', async () => {
  const { body } = await scrapeFleet().scrape()
  expect(body).not.toContain('poolguard_replica_lag_seconds{server="db1"}')
  expect(body).not.toContain('poolguard_replica_lag_seconds{server="db3"}')
  const pools = [readers(['db1'])]
  const empty = createMetrics('1.2.3', () => takeSnapshot(fleet(...pools).state(), pools, instant(1)))
  expect((await empty.scrape()).body).not.toMatch(/^poolguard_(server|reading|replica)/m)
})

it('passes promtool check metrics', async () => {
  const { body } = await scrapeFleet().scrape()
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: body,
    encoding: 'utf8',
  })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
})
