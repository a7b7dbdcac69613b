/**
 * Poolguard is killed, frozen and restarted under load, while one replica lags
 * and the others serve, and HAProxy must not move a single server.
 *
 * `npm run soak` does each twenty times.
 */

import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import { stall } from '../lab/lag.ts'
import { type Load, startLoad } from '../lab/load.ts'
import { type Stage, setStage } from '../lab/stage.ts'
import { type Watch, watchHaproxy } from '../lab/watch.ts'

const ROUNDS = Number(process.env['POOLGUARD_ROUNDS'] ?? 2)
const FREEZES = Number(process.env['POOLGUARD_ROUNDS'] ?? 1)
const FREEZE_SECONDS = 10

let lab: Lab
let stage: Stage
let load: Load
let watch: Watch

beforeAll(async () => {
  lab = openLab()
  stage = await setStage(lab, {
    replicas: 3,
    pollInterval: '200ms',
    agentInterval: '200ms',
    mysql: { timeout: '500ms' },
    readers: { max_lag: '2s', recover_lag: '1s', rise: 2, fall: 2, ramp: '2s' },
  })
  await stall(lab, stage.replication.replicas[1] as never)
  await eventually('db3 to leave', 20, async () => (await stage.haproxy.server('ro', 'db3')).weight === 0)
  await eventually('the others to serve', 20, async () => {
    const others = await Promise.all(['db2', 'db4'].map((name) => stage.haproxy.server('ro', name)))
    return others.every(({ status, weight }) => status === 'UP' && weight === 100)
  })
  load = startLoad(lab, { readPort: stage.ports.read, writePort: stage.ports.write })
})

afterAll(() => lab.close())

/** Asks the agent port for all servers until each has been given a word, and returns those first words. */
async function firstWords(): Promise<Readonly<Record<string, string>>> {
  const words: Record<string, string> = {}
  const names = ['rw/db1', 'rw/db2', 'ro/db1', 'ro/db2', 'ro/db3', 'ro/db4']
  await eventually('a word about every server', 10, async () => {
    for (const name of names) words[name] ||= await askAgent(stage.ports.agent, name)
    return names.every((name) => words[name] !== '')
  })
  return words
}

const RIGHT_WORDS = {
  'rw/db1': expect.stringMatching(/^up 100% # the writer\n$/),
  'rw/db2': expect.stringMatching(/^down # not the writer: db1 is\n$/),
  'ro/db1': expect.stringMatching(/^up 0% # the writer/),
  'ro/db2': expect.stringMatching(/^up 100% # lag 0\.\ds\n$/),
  'ro/db3': expect.stringMatching(/^up 0% # lag \d+\.\ds over 1s\n$/),
  'ro/db4': expect.stringMatching(/^up 100% # lag 0\.\ds\n$/),
}

/** Does something to poolguard and tells what HAProxy and the clients saw of it. */
async function disturb(rounds: number, how: () => Promise<void>): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    load.report()
    watch = watchHaproxy(lab, stage.haproxy)
    await how()
    expect(await firstWords()).toEqual(RIGHT_WORDS)
    const checks = await agentChecks()
    await eventually('HAProxy to have asked again', 10, async () => (await agentChecks()) > checks + 20)
    const { states, looks } = await watch.stop()
    expect(looks).toBeGreaterThan(20)
    expect(states).toEqual({
      'ro/db1': ['UP 0'],
      'ro/db2': ['UP 100'],
      'ro/db3': ['UP 0'],
      'ro/db4': ['UP 100'],
      'rw/db1': ['UP 100'],
      'rw/db2': ['DOWN 100'],
      'rw/db3': ['DOWN 100'],
      'rw/db4': ['DOWN 100'],
    })
    const { reads, writes } = load.report()
    expect([...reads.failures, ...writes.failures]).toEqual([])
    expect(reads.done).toBeGreaterThan(0)
    expect(writes.done).toBeGreaterThan(0)
    expect(Object.keys(reads.perServer).sort()).toEqual(['2', '4'])
  }
}

async function agentChecks(): Promise<number> {
  const { text } = await stage.poolguard.get('/metrics')
  return Number(/^poolguard_agent_checks_total\{result="answered"\} (\d+)$/m.exec(text)?.[1] ?? 0)
}

function askAgent(port: number, name: string): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    const socket = net.connect(port, '127.0.0.1', () => socket.write(`${name}\n`))
    socket.setTimeout(1000, () => socket.destroy())
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1')
    })
    socket.on('close', () => resolve(said))
  })
}

describe('HAProxy keeps every server where it is, and no client query fails,', () => {
  it('when poolguard is killed with -9 and started again', { timeout: 600_000 }, async () => {
    await disturb(ROUNDS, async () => {
      await stage.poolguard.kill9()
      const { looks } = watch.seen()
      await eventually('HAProxy to be left alone for a while', 10, () => watch.seen().looks > looks + 25)
      await stage.poolguard.restart()
    })
  })

  it('when poolguard is restarted', { timeout: 600_000 }, async () => {
    await disturb(ROUNDS, () => stage.poolguard.restart())
  })

  it('when poolguard is frozen for ten seconds', { timeout: 600_000 }, async () => {
    await disturb(FREEZES, async () => {
      stage.poolguard.freeze()
      const thawAt = performance.now() + FREEZE_SECONDS * 1000
      await eventually('ten seconds to pass', FREEZE_SECONDS + 5, () => performance.now() >= thawAt)
      stage.poolguard.thaw()
    })
  })
})
