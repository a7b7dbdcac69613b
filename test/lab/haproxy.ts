import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { eventually } from './eventually.ts'
import type { Lab } from './lab.ts'
import { type LabProcess, startProcess } from './process.ts'
import { parseShowStat, type StatRow } from './show-stat.ts'

/** How HAProxy sees one server, from `show stat`; texts are HAProxy's own. */
export interface HaproxyServer {
  /** `UP`, `UP 1/2`, `DOWN (agent)`, `DRAIN`, `MAINT`, `no check` ... */
  readonly status: string
  /** As it counts now, the agent's percentage applied; 0 takes no new connections. */
  readonly weight: number
  readonly sessions: number
  readonly totalSessions: number
  readonly checkStatus: string
  readonly lastCheck: string
  readonly agentStatus: string
  readonly lastAgent: string
  readonly row: StatRow
}

export interface Haproxy extends LabProcess {
  readonly configFile: string
  readonly adminSocket: string
  /** Asks the admin socket; rejects after two seconds. */
  admin(command: string): Promise<string>
  stat(): Promise<readonly StatRow[]>
  server(pool: string, name: string): Promise<HaproxyServer>
  /** A new worker takes over, as in `systemctl reload haproxy`; the old one ends when its last session has. */
  reload(configText?: string): Promise<void>
}

export interface HaproxyOptions {
  readonly name?: string
  /** The whole haproxy.cfg; it must have `stats socket ${adminSocket} level admin`. */
  readonly configText: (paths: { readonly adminSocket: string; readonly dir: string }) => string
}

/** Starts a real HAProxy as master and worker, once `haproxy -c` is content with the configuration. */
export async function startHaproxy(lab: Lab, options: HaproxyOptions): Promise<Haproxy> {
  const { name = 'haproxy', configText } = options
  const dir = lab.folder(name)
  const configFile = join(dir, 'haproxy.cfg')
  const adminSocket = join(dir, 'admin.sock')

  const admin = (command: string) => askSocket(adminSocket, command)
  const stat = async () => parseShowStat(await admin('show stat'))
  const workerPid = async () => /^Pid: (\d+)$/m.exec(await admin('show info'))?.[1] ?? null

  async function configure(content: string): Promise<void> {
    writeFileSync(configFile, content)
    await promisify(execFile)('haproxy', ['-c', '-f', configFile], { cwd: dir, env: lab.env })
  }

  await configure(configText({ adminSocket, dir }))
  const process = await startProcess(lab, {
    name,
    command: 'haproxy',
    args: ['-W', '-db', '-f', configFile],
    isReady: async () => (await workerPid()) !== null,
  })

  return Object.assign(process, {
    configFile,
    adminSocket,
    admin,
    stat,
    async server(pool: string, server: string) {
      const row = (await stat()).find(({ pxname, svname }) => pxname === pool && svname === server)
      if (row === undefined) throw new Error(`haproxy has no server ${pool}/${server}`)
      return describe(row)
    },
    async reload(content?: string) {
      if (content !== undefined) await configure(content)
      const before = await workerPid()
      globalThis.process.kill(process.pid, 'SIGUSR2')
      await eventually('a new haproxy worker', 10, async () => {
        const now = await workerPid()
        return now !== null && now !== before
      })
    },
  })
}

function describe(row: StatRow): HaproxyServer {
  const field = (column: string) => row[column] ?? ''
  return {
    status: field('status'),
    weight: Number(field('weight')),
    sessions: Number(field('scur')),
    totalSessions: Number(field('stot')),
    checkStatus: field('check_status'),
    lastCheck: field('last_chk'),
    agentStatus: field('agent_status'),
    lastAgent: field('last_agt'),
    row,
  }
}

async function askSocket(path: string, command: string): Promise<string> {
  const socket = createConnection({ path })
  socket.setTimeout(2000, () => socket.destroy(new Error(`no answer to "${command}"`)))
  socket.write(`${command}\n`)
  return text(socket)
}
