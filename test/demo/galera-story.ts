/** The story of a Galera cluster: one writer, and nobody serves who cannot. */

import { eventually } from '../lab/eventually.ts'
import { desync, isolate, rejoin } from '../lab/galera.ts'
import type { GaleraNode } from '../lab/galera-node.ts'
import type { Front } from '../lab/stage.ts'
import { isDown, isFull, readFor, type Scene, see, seeClients, takesNoneNew } from './scene.ts'

export interface GaleraStage extends Front {
  readonly nodes: readonly GaleraNode[]
}

export async function tellGaleraStory(scene: Scene<GaleraStage>): Promise<void> {
  await allIsWell(scene)
  await nodeIsDesynced(scene)
  await nodeLosesQuorum(scene)
  await writerIsStopped(scene)
  await writerFreezes(scene)
}

async function allIsWell(scene: Scene<GaleraStage>): Promise<void> {
  const { narrator, stage } = scene
  narrator.headline('Three Galera nodes, all of them writable; poolguard chooses one writer')
  await eventually('both readers to serve', 20, async () => {
    const readers = await Promise.all(['db2', 'db3'].map((name) => stage.haproxy.server('ro', name)))
    return readers.every(isFull)
  })
  await readFor(1)
  narrator.quote(await stage.cli('list'))
  seeClients(scene)
}

async function nodeIsDesynced(scene: Scene<GaleraStage>): Promise<void> {
  scene.narrator.headline('db3 is desynced, as for a backup: it is spared while db2 reads')
  await desync(node(scene, 'db3'), true)
  await see(scene, 'db3', 'emptied', takesNoneNew)
  scene.load.report()
  await readFor(1)
  seeClients(scene)
  await desync(node(scene, 'db3'), false)
  await see(scene, 'db3', 'given its full weight', isFull)
}

async function nodeLosesQuorum(scene: Scene<GaleraStage>): Promise<void> {
  const { narrator } = scene
  const db3 = node(scene, 'db3')
  narrator.headline('db3 loses the network to the others: SELECT 1 still works there, tables do not')
  await isolate(db3)
  await see(scene, 'db3', 'marked down', isDown)
  const [answer] = await db3.sql('SELECT 1 AS one')
  narrator.line('db3', `SELECT 1 says ${answer?.['one']}, and clustercheck of old would have been content`)
  narrator.line('clients', 'those that were on db3 meanwhile are counted here:')
  seeClients(scene, true)
  await rejoin(db3)
  await see(scene, 'db3', 'given its full weight', isFull)
  scene.load.report()
}

async function writerIsStopped(scene: Scene<GaleraStage>): Promise<void> {
  const { narrator, stage } = scene
  const db1 = node(scene, 'db1')
  narrator.headline('db1, the writer, is stopped for maintenance: another takes over, and stays')
  const stopping = db1.stop()
  const writer = await newWriter(scene, 'db1')
  await stopping
  narrator.line('HAProxy', `writes go to ${writer} now`)
  await readFor(1)
  seeClients(scene, true)
  await db1.restart()
  await see(scene, 'db1', 'taken back as a reader', isFull)
  if ((await findWriters(scene)).join() !== writer) throw new Error('the writer went back by itself')
  narrator.line('HAProxy', `db1 is back, and writes still go to ${writer}`)
  narrator.quote(await stage.cli('explain', `rw/${writer}`))
}

async function writerFreezes(scene: Scene<GaleraStage>): Promise<void> {
  const { narrator } = scene
  const [before = ''] = await findWriters(scene)
  narrator.headline(`${before}, the writer, is frozen (SIGSTOP) and thawed`)
  node(scene, before).freeze()
  const writer = await newWriter(scene, before)
  narrator.line('HAProxy', `writes go to ${writer} now`)
  node(scene, before).thaw()
  await see(scene, before, 'taken back as a reader', isFull)
  seeClients(scene, true)
}

async function newWriter(scene: Scene<GaleraStage>, before: string): Promise<string> {
  return eventually('another writer', 20, async () => {
    const writers = await findWriters(scene)
    return writers.length === 1 && writers[0] !== before ? (writers[0] as string) : null
  })
}

/** The nodes that HAProxy writes to. It hears of each by itself, so that a change may take it two steps. */
async function findWriters({ stage }: Scene<GaleraStage>): Promise<readonly string[]> {
  const states = await Promise.all(stage.nodes.map(({ name }) => stage.haproxy.server('rw', name)))
  return stage.nodes.filter((_, index) => states[index]?.status === 'UP').map(({ name }) => name)
}

function node({ stage }: Scene<GaleraStage>, name: string): GaleraNode {
  const found = stage.nodes.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`there is no node ${name}`)
  return found
}
