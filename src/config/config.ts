/** What a valid configuration file becomes: plain values, secrets and files already read. */

import type { Pool, ServerName } from '../core/pool.ts'
import type { MysqlTarget } from '../ports.ts'

export interface Config {
  /** The file it came from. */
  readonly file: string
  readonly cluster: string
  readonly listen: {
    readonly agent: Address
    readonly http: Address
    /** Path of the unix socket. */
    readonly socket: string
  }
  /** Which server to answer for in local mode, and where; null without. */
  readonly local: { readonly server: ServerName; readonly listen: Address } | null
  readonly servers: readonly ServerConfig[]
  readonly pools: readonly Pool[]
  readonly stateDir: string
  readonly logLevel: LogLevel
}

export interface ServerConfig {
  readonly target: MysqlTarget
  readonly tags: Readonly<Record<string, string>>
}

export interface Address {
  readonly host: string
  readonly port: number
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** Whether both listen in the same places, which only a restart can change. */
export function sameListen(a: Config, b: Config): boolean {
  return JSON.stringify(a.listen) === JSON.stringify(b.listen)
}

/** Whether both answer for the same server in the same place in local mode. */
export function sameLocal(a: Config, b: Config): boolean {
  return JSON.stringify(a.local) === JSON.stringify(b.local)
}
