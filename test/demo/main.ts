/** `npm run demo [-- galera]`: a short story about real servers, true or exit 1. `--keep` leaves them running. */

import { parseArgs } from 'node:util'
import { startGalera } from '../lab/galera.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import { startLoad } from '../lab/load.ts'
import { type Front, putInFront, setStage } from '../lab/stage.ts'
import { tellGaleraStory } from './galera-story.ts'
import { createNarrator } from './narrator.ts'
import { tellReplicationStory } from './replication-story.ts'

const INTERVALS = { pollInterval: '200ms', agentInterval: '200ms', mysql: { timeout: '500ms' } }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { keep: { type: 'boolean', default: false } },
})
const stories: Readonly<Record<string, (lab: Lab) => Promise<Front>>> = {
  replication: playReplication,
  galera: playGalera,
}
const play = stories[positionals[0] ?? 'replication']
if (play === undefined) {
  process.stderr.write(
    `demo: there is no story "${positionals[0]}", only ${Object.keys(stories).join(' and ')}\n`,
  )
  process.exit(64)
}

const lab = openLab()
const narrator = createNarrator()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void lab.close().then(() => process.exit(130))
  })
}

try {
  narrator.line('demo', `starting MariaDB, HAProxy and poolguard in ${lab.dir}`)
  const front = await play(lab)
  if (values.keep) await keep(lab, front)
} catch (error) {
  narrator.line('demo', `it did not happen: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await lab.close()
}

async function playReplication(inLab: Lab): Promise<Front> {
  const stage = await setStage(inLab, {
    ...INTERVALS,
    replicas: 3,
    readers: {
      max_lag: '2s',
      recover_lag: '1s',
      rise: 2,
      fall: 1,
      ramp: '3s',
      min_servers: 1,
      max_staleness: '10m',
      writer_fallback: '20%',
    },
  })
  return perform(inLab, stage, (load) => tellReplicationStory({ lab: inLab, stage, load, narrator }))
}

async function playGalera(inLab: Lab): Promise<Front> {
  const { nodes } = await startGalera(inLab, { nodes: 3 })
  const readers = { rise: 2, fall: 2, ramp: '0s', min_servers: 1, writer_fallback: '20%' }
  const stage = { ...(await putInFront(inLab, nodes, { ...INTERVALS, readers })), nodes }
  return perform(inLab, stage, (load) => tellGaleraStory({ lab: inLab, stage, load, narrator }))
}

/** Has clients read and write while the story is told, and counts what they did. */
async function perform(
  inLab: Lab,
  front: Front,
  tell: (load: ReturnType<typeof startLoad>) => Promise<void>,
): Promise<Front> {
  const load = startLoad(inLab, { readPort: front.ports.read, writePort: front.ports.write })
  await tell(load)
  const { reads, writes } = await load.stop()
  narrator.headline('The end')
  narrator.line('clients', `${reads.done} reads and ${writes.done} writes in all; the story was true`)
  return front
}

async function keep(kept: Lab, { ports, poolguard, haproxy, servers }: Front): Promise<void> {
  const config = `--config ${poolguard.configFile}`
  narrator.headline('Everything stays until Ctrl-C. To play with:')
  narrator.quote(
    [
      `page       http://127.0.0.1:${ports.http}/`,
      `list       node dist/src/main.js list ${config}`,
      `why        node dist/src/main.js explain ro/db3 ${config}`,
      `reads      mariadb -h 127.0.0.1 -P ${ports.read} -u app -papp-secret -e 'SELECT @@server_id'`,
      `writes     mariadb -h 127.0.0.1 -P ${ports.write} -u app -papp-secret -e 'SELECT @@server_id'`,
      ...servers.map(({ name, socket }) => `${name}        mariadb -S ${socket} -u root`),
      `HAProxy    http://127.0.0.1:${ports.stats}/ and ${haproxy.adminSocket}`,
      `agent      printf 'ro/db2\\n' | nc 127.0.0.1 ${ports.agent}`,
      `logs       ${kept.dir}/*.log`,
    ].join('\n'),
  )
  await new Promise<never>(() => setInterval(() => {}, 60_000))
}
