/** What every step of the story is made of: do something, and see it happen in all three places. */

import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../lab/eventually.ts'
import type { HaproxyServer } from '../lab/haproxy.ts'
import type { Lab } from '../lab/lab.ts'
import type { Load } from '../lab/load.ts'
import type { Front } from '../lab/stage.ts'
import { describeHaproxy, describeReads, type Narrator } from './narrator.ts'

export interface Scene<S extends Front = Front> {
  readonly lab: Lab
  readonly stage: S
  readonly load: Load
  readonly narrator: Narrator
}

interface ServerDocument {
  readonly state: 'up' | 'down'
  readonly weightPercent: number
  readonly reason: { readonly code: string; readonly text: string }
}

/** What poolguard says of a server of the reader pool. */
export async function ask({ stage }: Scene, server: string): Promise<ServerDocument> {
  const answer = await stage.poolguard.get('/v1/pools/ro')
  const found = answer
    .json<{ servers: readonly (ServerDocument & { server: string })[] }>()
    .servers.find((candidate) => candidate.server === server)
  if (!found) throw new Error(`poolguard does not know ro/${server}: ${answer.text}`)
  return found
}

/**
 * Waits until HAProxy gives this server a weight and a status that pass, and
 * tells how long that took and what poolguard and HAProxy say of it.
 */
export async function see(
  scene: Scene,
  server: string,
  what: string,
  passes: (seen: HaproxyServer) => boolean,
  deadline = 15,
): Promise<void> {
  const started = performance.now()
  const seen = await eventually(`haproxy to have ${what} ${server}`, deadline, async () => {
    const state = await scene.stage.haproxy.server('ro', server)
    if (!passes(state)) throw new Error(describeHaproxy(state))
    return state
  })
  const took = Math.round(performance.now() - started)
  const { state, weightPercent, reason } = await ask(scene, server)
  scene.narrator.line('poolguard', `ro/${server} ${state} ${weightPercent}%: ${reason.text}`)
  scene.narrator.line('HAProxy', `ro/${server} ${describeHaproxy(seen)}   (${what} after ${took} ms)`)
}

/** What clients saw since the last time; `mayFail` is for steps that break a server under them. */
export function seeClients({ stage, load, narrator }: Scene, mayFail = false): void {
  const { reads, writes } = load.report()
  const names = stage.servers.map(({ name }) => name)
  narrator.line('clients', describeReads(reads, names))
  narrator.line('clients', `${writes.done} writes, ${writes.failed} failed`)
  if (mayFail) return
  const failures = [...reads.failures, ...writes.failures].map(({ text, count }) => `${count} x ${text}`)
  if (failures.length > 0) throw new Error(`clients saw failures: ${failures.join('; ')}`)
  if (reads.done === 0 || writes.done === 0) throw new Error('clients saw nothing at all')
}

export const takesNoneNew = (seen: HaproxyServer) => seen.weight === 0 || seen.status.startsWith('DOWN')
export const isFull = (seen: HaproxyServer) => seen.status === 'UP' && seen.weight === 100
export const isDown = (seen: HaproxyServer) => seen.status.startsWith('DOWN')
export const isServing = (seen: HaproxyServer) => seen.status === 'UP' && seen.weight > 0

/** Not a wait for anything: lets the clients do some work that can then be counted. */
export async function readFor(seconds: number): Promise<void> {
  await pause(seconds * 1000)
}
