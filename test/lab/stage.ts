/** The whole product on one machine: replication, heartbeat, poolguard, and HAProxy as poolguard renders it. */

import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Haproxy, startHaproxy } from './haproxy.ts'
import { type Heartbeat, startHeartbeat } from './heartbeat.ts'
import type { Lab } from './lab.ts'
import type { Mariadb } from './mariadb.ts'
import { type Poolguard, startPoolguard } from './poolguard.ts'
import { freePort } from './ports.ts'
import { projectRoot } from './project.ts'
import { accounts, type Replication, startReplication } from './replication.ts'

/** What stands in front of the servers. */
export interface Front {
  readonly servers: readonly Mariadb[]
  readonly poolguard: Poolguard
  readonly haproxy: Haproxy
  readonly ports: Ports
  /** Runs the command line against this daemon; rejects when it exits other than 0. */
  cli(...args: readonly string[]): Promise<string>
}

export interface Stage extends Front {
  readonly replication: Replication
  readonly heartbeat: Heartbeat
}

export interface Ports {
  readonly agent: number
  readonly http: number
  readonly read: number
  readonly write: number
  readonly stats: number
}

export interface FrontOptions {
  readonly pollInterval: string
  readonly agentInterval: string
  /** Settings of the pool `ro`, as in poolguard.yaml. */
  readonly readers: Readonly<Record<string, string | number>>
  /** Further settings of `mysql:`. */
  readonly mysql?: Readonly<Record<string, string | number>>
}

export interface StageOptions extends FrontOptions {
  readonly replicas: number
}

const MAIN = join(projectRoot, 'dist/src/main.js')

/** A primary with its replicas and a heartbeat, and all that stands in front of them. */
export async function setStage(lab: Lab, options: StageOptions): Promise<Stage> {
  const replication = await startReplication(lab, { replicas: options.replicas })
  const heartbeat = startHeartbeat(lab, replication.primary)
  const mysql = { ...options.mysql, heartbeat: '{ table: percona.heartbeat }' }
  const front = await putInFront(lab, replication.servers, { ...options, mysql })
  return { ...front, replication, heartbeat }
}

/** Poolguard for servers that run already, and HAProxy as poolguard renders it. */
export async function putInFront(
  lab: Lab,
  servers: readonly Mariadb[],
  options: FrontOptions,
): Promise<Front> {
  const ports: Ports = {
    agent: await freePort(),
    http: await freePort(),
    read: await freePort(),
    write: await freePort(),
    stats: await freePort(),
  }
  const poolguard = await startPoolguard(lab, {
    httpPort: ports.http,
    configText: ({ dir }) => {
      writeFileSync(join(dir, 'mysql.password'), `${accounts.poolguard.password}\n`, { mode: 0o600 })
      return configText(options, servers, ports)
    },
  })
  const cli = async (...args: readonly string[]) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [MAIN, ...args, '--config', poolguard.configFile],
      { env: lab.env },
    )
    return stdout
  }
  const haproxyDir = lab.folder('haproxy')
  const rendered = await cli(
    ...['render', 'haproxy', '--bind', '127.0.0.1'],
    ...['--port', `rw=${ports.write}`, '--port', `ro=${ports.read}`, '--stats-port', String(ports.stats)],
    ...['--agent-inter', options.agentInterval, '--stats-socket', join(haproxyDir, 'admin.sock')],
  )
  const haproxy = await startHaproxy(lab, { configText: () => rendered })
  return { servers, poolguard, haproxy, ports, cli }
}

/** What a user would write, with the lab's ports. */
function configText(options: FrontOptions, servers: readonly Mariadb[], ports: Ports): string {
  const names = servers.map(({ name }) => name).join(', ')
  const settings = (values: Readonly<Record<string, string | number>>, indent: string) =>
    Object.entries(values).map(([key, value]) => `${indent}${key}: ${value}\n`)
  return [
    'cluster: shop\n',
    `listen: { agent: 127.0.0.1:${ports.agent}, http: 127.0.0.1:${ports.http}, socket: poolguard.sock }\n`,
    'mysql:\n  user: poolguard\n  password_file: mysql.password\n',
    `  poll_interval: ${options.pollInterval}\n`,
    ...settings(options.mysql ?? {}, '  '),
    'servers:\n',
    ...servers.map(({ name, port }) => `  ${name}: { address: 127.0.0.1:${port} }\n`),
    'pools:\n',
    `  rw:\n    role: writer\n    servers: [${names}]\n`,
    `  ro:\n    role: reader\n    servers: [${names}]\n`,
    ...settings(options.readers, '    '),
    'state_dir: state\n',
  ].join('')
}
