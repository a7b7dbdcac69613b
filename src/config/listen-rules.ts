/** Rules that the listeners must keep among themselves. */

import { formatAddress, parseAddress } from './address.ts'
import type { Address } from './config.ts'
import { DEFAULTS } from './defaults.ts'
import type { DraftListen } from './draft.ts'
import type { Findings } from './findings.ts'

/** `sun_path` of Linux holds 108 bytes, one of which ends the text. */
const LONGEST_SOCKET_PATH = 107

export interface Listeners {
  readonly agent: Address
  readonly http: Address
}

export function resolveListeners(listen: DraftListen): Listeners {
  return {
    agent: listen.agent ?? (parseAddress(DEFAULTS.agent, { fallback: null, lowest: 0 }) as Address),
    http: listen.http ?? (parseAddress(DEFAULTS.http, { fallback: null, lowest: 0 }) as Address),
  }
}

/** `socket` is the path with its folder. */
export function checkListen(listen: DraftListen, socket: string, findings: Findings): void {
  const { agent, http } = resolveListeners(listen)
  if (overlap(agent, http)) {
    const isHttp = listen.http !== undefined
    const [key, other] = isHttp ? (['http', 'agent'] as const) : (['agent', 'http'] as const)
    findings.refuse(
      ['listen', key],
      `listen.${key}: ${formatAddress(isHttp ? http : agent)} is taken by listen.${other}`,
      [['listen', other]],
    )
  }
  const bytes = Buffer.byteLength(socket)
  if (bytes > LONGEST_SOCKET_PATH) {
    const limit = `the limit of ${LONGEST_SOCKET_PATH} for a unix socket`
    findings.refuse(['listen', 'socket'], `listen.socket: ${bytes} bytes is above ${limit}`)
  }
}

/** Port 0 never meets itself, and a wildcard takes the port of every host. */
export function overlap(a: Address, b: Address): boolean {
  if (a.port !== b.port || a.port === 0) return false
  return a.host === b.host || [a.host, b.host].some((host) => host === '0.0.0.0' || host === '::')
}
