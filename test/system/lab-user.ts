/** Opens a lab, tells where it is and waits to be killed: see leash.test.ts. */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openLab } from '../lab/lab.ts'
import { startMariadb } from '../lab/mariadb.ts'
import { startProcess } from '../lab/process.ts'

const lab = openLab()
await startMariadb(lab, { name: 'db1', serverId: 1 })
const family = await startProcess(lab, {
  name: 'family',
  command: 'sh',
  args: ['-c', 'setsid sleep 600 & sleep 600 & touch born; wait'],
  isReady: async () => existsSync(join(lab.dir, 'born')),
})
family.freeze()
spawn('sleep', ['600'], { env: lab.env, stdio: 'ignore' })
console.log(JSON.stringify({ dir: lab.dir, pid: process.pid }))
await pause(600_000)
