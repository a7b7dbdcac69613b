/** `npm run demo`: a short story about real servers, true or exit 1. `--keep` leaves them running. */

import { parseArgs } from 'node:util'
import { type Lab, openLab } from '../lab/lab.ts'
import { startLoad } from '../lab/load.ts'
import { type Stage, setStage } from '../lab/stage.ts'
import { createNarrator } from './narrator.ts'
import { tellStory } from './story.ts'

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } })

const lab = openLab()
const narrator = createNarrator()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void lab.close().then(() => process.exit(130))
  })
}

try {
  narrator.line('demo', `starting MariaDB, HAProxy and poolguard in ${lab.dir}`)
  const stage = await setStage(lab, {
    replicas: 3,
    pollInterval: '200ms',
    agentInterval: '200ms',
    mysql: { timeout: '500ms' },
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
  const load = startLoad(lab, { readPort: stage.ports.read, writePort: stage.ports.write })
  await tellStory({ lab, stage, load, narrator })
  const { reads, writes } = await load.stop()
  narrator.headline('The end')
  narrator.line('clients', `${reads.done} reads and ${writes.done} writes in all; the story was true`)
  if (values.keep) await keep(lab, stage)
} catch (error) {
  narrator.line('demo', `it did not happen: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await lab.close()
}

async function keep(kept: Lab, { ports, poolguard, haproxy, replication }: Stage): Promise<void> {
  const config = `--config ${poolguard.configFile}`
  narrator.headline('Everything stays until Ctrl-C. To play with:')
  narrator.quote(
    [
      `page       http://127.0.0.1:${ports.http}/`,
      `list       node dist/src/main.js list ${config}`,
      `why        node dist/src/main.js explain ro/db3 ${config}`,
      `reads      mariadb -h 127.0.0.1 -P ${ports.read} -u app -papp-secret -e 'SELECT @@server_id'`,
      `writes     mariadb -h 127.0.0.1 -P ${ports.write} -u app -papp-secret -e 'SELECT @@server_id'`,
      ...replication.servers.map(({ name, socket }) => `${name}        mariadb -S ${socket} -u root`),
      `HAProxy    http://127.0.0.1:${ports.stats}/ and ${haproxy.adminSocket}`,
      `agent      printf 'ro/db2\\n' | nc 127.0.0.1 ${ports.agent}`,
      `logs       ${kept.dir}/*.log`,
    ].join('\n'),
  )
  await new Promise<never>(() => setInterval(() => {}, 60_000))
}
