/** Agent checks per second and p99, beside the least that Node can do, taking turns in the same run. */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { projectRoot } from '../lab/project.ts'
import { askFor } from './agent-load.ts'
import { median } from './median.ts'

interface Round {
  readonly perSecond: number
  readonly p99Ms: number
  /** Of the server alone: what a core could do, whatever the client can. */
  readonly perCpuSecond: number
}

const ROUNDS = 5
const SECONDS = 2
const PARALLEL = 32

export async function benchAgent(print: (line: string) => void): Promise<void> {
  const rounds = { bare: [] as Round[], poolguard: [] as Round[] }
  const servers = { bare: await startServer('bare'), poolguard: await startServer('poolguard') }
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of ['bare', 'poolguard'] as const) {
      const result = await runRound(servers[name])
      if (round > 0) rounds[name].push(result)
    }
  }
  for (const { child } of Object.values(servers)) child.disconnect()

  print(`agent checks, ${PARALLEL} at a time, median of ${ROUNDS} rounds of ${SECONDS} s, taking turns:`)
  for (const name of ['bare', 'poolguard'] as const) {
    const of = (field: keyof Round) => median(rounds[name].map((round) => round[field]))
    print(
      `  ${name.padEnd(9)}  ${of('perSecond').toFixed(0)} per second, p99 ${of('p99Ms').toFixed(1)} ms, ` +
        `${of('perCpuSecond').toFixed(0)} per CPU second of the server`,
    )
  }
  const ratio = (field: keyof Round) =>
    median(rounds.poolguard.map((round, index) => round[field] / (rounds.bare[index] as Round)[field]))
  print(
    `  poolguard / bare: ${ratio('perSecond').toFixed(2)} of the checks per second, ` +
      `${ratio('perCpuSecond').toFixed(2)} per CPU second (goal: at least 0.80), ${ratio('p99Ms').toFixed(2)} of the p99`,
  )
}

interface Server {
  readonly child: ChildProcess
  readonly port: number
}

async function startServer(kind: 'bare' | 'poolguard'): Promise<Server> {
  const child = fork(join(projectRoot, 'dist/test/bench/agent-servers.js'), [kind])
  const [port] = (await once(child, 'message')) as [number]
  return { child, port }
}

async function runRound({ child, port }: Server): Promise<Round> {
  const before = await cpuSeconds(child)
  const { perSecond, p99Ms, wrong } = await askFor(port, SECONDS, PARALLEL)
  if (wrong > 0) throw new Error(`${wrong} agent checks were answered wrongly`)
  const used = (await cpuSeconds(child)) - before
  return { perSecond, p99Ms, perCpuSecond: (perSecond * SECONDS) / used }
}

async function cpuSeconds(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const [seconds] = (await once(child, 'message')) as [number]
  return seconds
}
