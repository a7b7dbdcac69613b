/** The story of a primary and its replicas: each step really happens, and ends the demo when it does not. */

import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../lab/eventually.ts'
import { stall, startSqlThread, stopSqlThread } from '../lab/lag.ts'
import type { Mariadb } from '../lab/mariadb.ts'
import type { Stage } from '../lab/stage.ts'
import {
  ask,
  isDown,
  isFull,
  isServing,
  readFor,
  type Scene,
  see,
  seeClients,
  takesNoneNew,
} from './scene.ts'

export async function tellReplicationStory(scene: Scene<Stage>): Promise<void> {
  await allIsWell(scene)
  await replicaStopsAndReturns(scene)
  await allReplicasLag(scene)
  await serverFreezes(scene)
  await poolguardDies(scene)
}

async function allIsWell(scene: Scene<Stage>): Promise<void> {
  const { narrator, stage } = scene
  narrator.headline('One primary, three replicas; clients read and write through HAProxy')
  for (const { name } of stage.replication.replicas) {
    await eventually(`${name} to serve`, 10, async () => isFull(await stage.haproxy.server('ro', name)))
  }
  await readFor(1)
  narrator.quote(await stage.cli('list'))
  seeClients(scene)
}

async function replicaStopsAndReturns(scene: Scene<Stage>): Promise<void> {
  const { narrator } = scene
  const db3 = replica(scene, 'db3')
  narrator.headline("db3's SQL thread stops: it takes no new reads, and nobody is cut off")
  await stopSqlThread(db3)
  await see(scene, 'db3', 'emptied', takesNoneNew)
  scene.load.report()
  await readFor(2)
  seeClients(scene)

  narrator.headline('The thread starts again: db3 catches up, and comes back slowly')
  await startSqlThread(db3)
  await see(scene, 'db3', 'taken back', isServing)
  await see(scene, 'db3', 'given half its weight', (seen) => seen.weight >= 50)
  await see(scene, 'db3', 'given its full weight', isFull)
  seeClients(scene)
}

async function allReplicasLag(scene: Scene<Stage>): Promise<void> {
  const { narrator, stage, lab } = scene
  const [db2, db3, db4] = ['db2', 'db3', 'db4'].map((name) => replica(scene, name)) as [
    Mariadb,
    Mariadb,
    Mariadb,
  ]
  narrator.headline('All replicas fall behind, db4 last: the floor keeps the one that lags least')
  const early = await Promise.all([stall(lab, db2), stall(lab, db3)])
  await see(scene, 'db2', 'emptied', takesNoneNew)
  await see(scene, 'db3', 'emptied', takesNoneNew)
  const late = await stall(lab, db4)
  await eventually('the floor to keep db4', 15, async () => (await ask(scene, 'db4')).reason.code === 'floor')
  await see(scene, 'db4', 'kept', isServing)
  scene.load.report()
  await readFor(1)
  narrator.quote(await stage.cli('list'))
  seeClients(scene)

  narrator.headline('They catch up')
  for (const { release } of [...early, late]) await release()
  for (const name of ['db2', 'db3', 'db4']) await see(scene, name, 'given its full weight', isFull)
  seeClients(scene)
}

async function serverFreezes(scene: Scene<Stage>): Promise<void> {
  const { narrator } = scene
  const db2 = replica(scene, 'db2')
  narrator.headline('mysqld of db2 is frozen (SIGSTOP): it accepts connections and never answers')
  db2.freeze()
  await see(scene, 'db2', 'marked down', isDown)
  await readFor(0.5)
  narrator.line('clients', 'those that were on db2 had to be cut off and are counted here:')
  seeClients(scene, true)
  await readFor(1)
  seeClients(scene)

  narrator.headline('It thaws')
  db2.thaw()
  await see(scene, 'db2', 'given its full weight', isFull)
  seeClients(scene)
}

async function poolguardDies(scene: Scene<Stage>): Promise<void> {
  const { narrator, stage } = scene
  narrator.headline('poolguard itself is killed (-9) while db3 is stopped, and started again: nothing moves')
  await stopSqlThread(replica(scene, 'db3'))
  await see(scene, 'db3', 'emptied', takesNoneNew)
  const weights = async () =>
    JSON.stringify(
      await Promise.all(
        ['db2', 'db3', 'db4'].map(async (name) => (await stage.haproxy.server('ro', name)).weight),
      ),
    )
  await stage.poolguard.kill9()
  const seen = new Set([await weights()])
  await readFor(1)
  seen.add(await weights())
  await stage.poolguard.restart()
  for (let look = 0; look < 10; look += 1) {
    await pause(100)
    seen.add(await weights())
  }
  narrator.line('HAProxy', `weights of db2, db3, db4 meanwhile: ${[...seen].join(', then ')}`)
  if (seen.size !== 1) throw new Error('a restart of poolguard moved a server')
  seeClients(scene)
  await startSqlThread(replica(scene, 'db3'))
  await see(scene, 'db3', 'given its full weight', isFull)
}

function replica({ stage }: Scene<Stage>, name: string): Mariadb {
  const found = stage.replication.replicas.find((server) => server.name === name)
  if (!found) throw new Error(`there is no replica ${name}`)
  return found
}
