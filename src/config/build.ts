/** Makes the final values out of an input that every rule has passed. */

import { dirname, resolve } from 'node:path'
import type { Pool } from '../core/pool.ts'
import type { Config, ServerConfig } from './config.ts'
import { resolveConnection } from './connection.ts'
import { DEFAULTS } from './defaults.ts'
import { resolveListeners } from './listen-rules.ts'
import { resolvePolicy } from './policy.ts'
import type { ConfigInput } from './schema.ts'
import type { Secrets } from './secrets.ts'

export interface AllSecrets {
  readonly mysql: Secrets
  readonly servers: ReadonlyMap<string, Secrets>
}

export function buildConfig(file: string, input: ConfigInput, secrets: AllSecrets): Config {
  const folder = dirname(resolve(file))
  return {
    file,
    cluster: input.cluster,
    listen: {
      ...resolveListeners(input.listen ?? {}),
      socket: resolve(folder, input.listen?.socket ?? DEFAULTS.socket),
    },
    local: input.local ?? null,
    servers: Object.keys(input.servers).map((name) => buildServer(name, input, secrets)),
    pools: Object.keys(input.pools).map((name) => buildPool(name, input)),
    stateDir: resolve(folder, input.state_dir ?? DEFAULTS.state_dir),
    logLevel: input.log?.level ?? DEFAULTS.level,
  }
}

function buildServer(name: string, input: ConfigInput, secrets: AllSecrets): ServerConfig {
  const server = input.servers[name] as ConfigInput['servers'][string]
  const own = secrets.servers.get(name)
  return {
    target: {
      name,
      ...server.address,
      ...resolveConnection(server, input.mysql ?? {}),
      password: own?.password ?? secrets.mysql.password ?? '',
      tls: own?.tls !== undefined ? own.tls : (secrets.mysql.tls ?? null),
    },
    tags: server.tags ?? {},
  }
}

function buildPool(name: string, input: ConfigInput): Pool {
  const pool = input.pools[name] as ConfigInput['pools'][string]
  const readings = pool.servers.map((server) => {
    const { pollInterval, timeout } = resolveConnection(input.servers[server] ?? {}, input.mysql ?? {})
    return pollInterval + timeout
  })
  return { name, role: pool.role, servers: pool.servers, policy: resolvePolicy(pool, Math.max(...readings)) }
}
