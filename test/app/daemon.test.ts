import { once } from 'node:events'
import net from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { lagging, primary, readers, seen, unseen, writers } from '../core/builders.ts'
import { config, makeDirectory, startWorld, type TestWorld, target } from './world.ts'

let directory: string
let remove: () => void
let world: TestWorld

const POOLS = [readers(['db1', 'db2', 'db3'], { rise: 2, fall: 2, ramp: 2 }), writers(['db1', 'db2', 'db3'])]
const TARGETS = ['db1', 'db2', 'db3'].map((name, index) => target(name, { port: 3306 + index }))
const shop = (changes: Partial<Config> = {}): Config => ({ ...config(directory, POOLS, TARGETS), ...changes })
const healthy = (server: string, now: number) => (server === 'db1' ? primary(now) : lagging(0, now))

beforeEach(() => {
  ;({ directory, remove } = makeDirectory())
})
afterEach(async () => {
  await world.stop()
  remove()
})

describe('the agent port', () => {
  it('opens when every server has been read, failures included', async () => {
    world = await startWorld(shop())
    expect((await world.get('/-/ready')).status).toBe(503)
    await world.probe('db1').answer(primary(0))
    await world.probe('db2').answer(lagging(0, 0))
    await world.advance(0.1)
    expect((await world.get('/-/ready')).status).toBe(503)
    expect(world.isReady()).toBe(false)
    await world.probe('db3').answer(unseen(0, 'timeout', 'no TCP connection within 1s'))
    await world.advance(0.1)
    expect(await world.agentCheck('ro/db3\n')).toBe('down # no TCP connection within 1s\n')
    expect(world.isReady()).toBe(true)
    expect((await world.get('/-/ready')).status).toBe(200)
    expect(await world.agentCheck('rw/db1\n')).toBe('up 100% # the writer\n')
    expect(await world.agentCheck('ro/db2\n')).toBe('up 100% # lag 0.0s\n')
    expect(await world.agentCheck('ro/db9\n')).toBe('down # unknown pool/server "ro/db9"\n')
  })

  it('says nothing after a pause until all servers have been read anew', async () => {
    world = await startWorld(shop())
    await world.readAll(1, healthy)
    expect(await world.agentCheck('ro/db2\n')).toBe('up 100% # lag 0.0s\n')
    world.clock.freeze(10)
    expect(await world.agentCheck('ro/db2\n')).toBe('')
    await world.advance(0.05)
    expect(await world.agentCheck('ro/db2\n')).toBe('')
    const late = (server: string, now: number) => (server === 'db2' ? lagging(11, now) : healthy(server, now))
    await world.readAll(0.1, late)
    expect(await world.agentCheck('ro/db2\n')).toBe('up 0% # lag 11.0s over 10s\n')
    expect(await world.agentCheck('ro/db3\n')).toBe('up 100% # lag 0.0s\n')
  })

  it('that is taken ends the daemon with a sentence', async () => {
    const other = net.createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as net.AddressInfo
    const { listen } = shop()
    world = await startWorld(shop({ listen: { ...listen, agent: { host: '127.0.0.1', port } } }))
    await world.readAll(0.2, healthy)
    await world.listeners.agentOpen.catch(() => {})
    expect(world.fatalError()?.message).toBe(`listen.agent 127.0.0.1:${port}: cannot listen: EADDRINUSE`)
    other.close()
  })
})

describe('a restart', () => {
  it('goes on where the last process was, and HTTP checks say so before the first reading', async () => {
    world = await startWorld(shop())
    const late = (server: string, now: number) => (server === 'db3' ? lagging(20, now) : healthy(server, now))
    await world.readAll(2, late)
    expect(await world.agentCheck('ro/db3\n')).toBe('up 0% # lag 20.0s over 5s\n')
    await world.stop()

    world = await startWorld(shop())
    expect(await world.get('/check/ro/db3')).toEqual({ status: 404, text: 'lag 20.0s over 5s\n' })
    expect(await world.get('/check/ro/db2')).toEqual({ status: 200, text: 'lag 0.0s\n' })
    const between = (server: string, now: number) =>
      server === 'db3' ? lagging(7, now) : healthy(server, now)
    await world.readAll(0.3, between)
    expect(await world.agentCheck('ro/db3\n')).toBe('up 0% # lag 7.0s over 5s\n')
    expect(await world.agentCheck('ro/db2\n')).toBe('up 100% # lag 0.0s\n')
  })

  it('refuses to run beside another poolguard on the same socket', async () => {
    world = await startWorld(shop())
    await expect(startWorld(shop())).rejects.toThrow(
      `listen.socket ${shop().listen.socket}: another poolguard answers there`,
    )
  })
})

describe('a reload', () => {
  it('keeps the connections and the past of what has not changed', async () => {
    world = await startWorld(shop())
    const late = (server: string, now: number) => (server === 'db3' ? lagging(20, now) : healthy(server, now))
    await world.readAll(2, late)
    const [db1, db2, db3] = ['db1', 'db2', 'db3'].map(world.probe)
    const pools = [readers(['db2', 'db3', 'db4'], { rise: 2, fall: 2, ramp: 2 }), writers(['db1'])]
    const targets = [TARGETS[0], target('db2', { port: 4000 }), TARGETS[2], target('db4')].filter(
      (one) => one !== undefined,
    )
    world.setConfig({ ok: true, config: config(directory, pools, targets), warnings: ['a warning'] })
    expect(world.daemon.reload()).toEqual({ ok: true, warnings: ['a warning'] })
    expect(world.probe('db1')).toBe(db1)
    expect(world.probe('db3')).toBe(db3)
    expect(world.probe('db2')).not.toBe(db2)
    expect(db2?.isClosed()).toBe(true)
    expect(await world.agentCheck('ro/db4\n')).toBe('')
    await world.readAll(0.3, (server, now) => (server === 'db3' ? lagging(7, now) : healthy(server, now)))
    expect(await world.agentCheck('ro/db4\n')).toBe('up 100% # lag 0.0s\n')
    expect(await world.agentCheck('ro/db3\n')).toMatch(/^up 0% # lag \d+\.0s over 5s\n$/)
    expect(await world.agentCheck('rw/db2\n')).toBe('down # unknown pool/server "rw/db2"\n')
  })

  it('of a broken file changes nothing and says so', async () => {
    world = await startWorld(shop())
    await world.readAll(0.3, healthy)
    world.setConfig({ ok: false, problems: ['poolguard.yaml:1:1: broken'] })
    expect(world.daemon.reload()).toEqual({ ok: false, problems: ['poolguard.yaml:1:1: broken'] })
    expect((await world.get('/metrics')).text).toContain('poolguard_config_last_reload_successful 0')
    expect(await world.agentCheck('ro/db2\n')).toBe('up 100% # lag 0.0s\n')
    world.setConfig({ ok: true, config: shop(), warnings: [] })
    world.daemon.reload()
    expect((await world.get('/metrics')).text).toContain('poolguard_config_last_reload_successful 1')
  })

  it('warns of what takes a restart', async () => {
    world = await startWorld(shop())
    const { listen } = shop()
    const next = shop({
      cluster: 'other',
      stateDir: '/elsewhere',
      logLevel: 'debug',
      listen: { ...listen, socket: '/x' },
    })
    world.setConfig({ ok: true, config: next, warnings: [] })
    expect(world.daemon.reload()).toEqual({
      ok: true,
      warnings: ['listen', 'state_dir', 'cluster', 'log.level'].map(
        (key) => `${key} has changed: that takes effect at the next restart`,
      ),
    })
  })
})

describe('local mode', () => {
  const ask = async (route: string) => {
    const { local } = world.listeners
    const response = await fetch(`http://127.0.0.1:${local?.port}${route}`)
    return { status: response.status, text: await response.text() }
  }
  const local = (server: string, port = 0) => ({ server, listen: { host: '127.0.0.1', port } })

  it('answers for its server at its own door', async () => {
    world = await startWorld(shop({ local: local('db2') }))
    expect(await ask('/')).toEqual({ status: 503, text: 'no reading yet\n' })
    await world.readAll(1, healthy)
    expect(await ask('/')).toEqual({ status: 200, text: 'lag 0.0s\n' })
    expect(await ask('/check-lag')).toEqual({ status: 200, text: 'lag 0.0s\n' })
    expect(await ask('/master')).toEqual({ status: 503, text: 'not the writer: db1 is\n' })
    world.clock.freeze(2)
    expect(await ask('/')).toEqual({ status: 503, text: 'poolguard did not run for a while\n' })
  })

  it('is closed without the setting, and changes with a restart', async () => {
    world = await startWorld(shop())
    expect(world.listeners.local).toBeNull()
    world.setConfig({ ok: true, config: shop({ local: local('db2') }), warnings: [] })
    expect(world.daemon.reload()).toEqual({
      ok: true,
      warnings: ['local has changed: that takes effect at the next restart'],
    })
  })

  it('says which door is taken', async () => {
    world = await startWorld(shop())
    const { port } = world.listeners.http
    const directoryOfAnother = makeDirectory()
    const another = { ...config(directoryOfAnother.directory, POOLS, TARGETS), local: local('db2', port) }
    await expect(startWorld(another)).rejects.toThrow(
      `local.listen 127.0.0.1:${port}: cannot listen: EADDRINUSE`,
    )
    directoryOfAnother.remove()
  })
})

describe('a course of events', () => {
  it('is followed by the pools, and by the metrics', async () => {
    world = await startWorld(shop())
    await world.readAll(1, healthy)
    const demoted = (server: string, now: number) => {
      if (server === 'db1') return seen(now, { channels: [] })
      return server === 'db2' ? primary(now) : unseen(now, 'refused', 'connection refused')
    }
    await world.readAll(2, demoted)
    expect(await world.agentCheck('rw/db1\n')).toBe('down # not the writer: db2 is\n')
    expect(await world.agentCheck('rw/db2\n')).toBe('up 100% # the writer\n')
    expect(await world.agentCheck('ro/db3\n')).toBe('down # connection refused\n')
    const { text } = await world.get('/metrics')
    for (const line of [
      'poolguard_server_state{pool="ro",server="db3",state="hard_out"} 1',
      'poolguard_server_weight_ratio{pool="rw",server="db2"} 1',
      'poolguard_pool_servers_in{pool="rw"} 1',
      'poolguard_pool_servers_in{pool="ro"} 0',
      'poolguard_agent_checks_total{result="answered"} 3',
      'poolguard_transitions_total{pool="ro",server="db3",to="hard_out"} 1',
      'poolguard_build_info{version="1.2.3"',
    ]) {
      expect(text).toContain(line)
    }
    expect(text).toMatch(/poolguard_probe_failures_total\{server="db3",kind="refused"\} \d/)
    expect(text).not.toContain('poolguard_replica_lag_seconds{server="db3"}')
  })
})
