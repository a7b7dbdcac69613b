/** `host:port` as people write it in haproxy.cfg and my.cnf. */

import { isIPv4, isIPv6 } from 'node:net'
import type { Address } from './config.ts'

/** What an address looks like; which hosts and ports are real, `parseAddress` decides. */
export const ADDRESS = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9_.-]*)(:[0-9]{1,5})?$/

const PARTS = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_][A-Za-z0-9_.-]*))(?::([0-9]{1,5}))?$/
const NO_ADDRESS = 'is not an address such as 10.0.0.11:3306'
const HIGHEST_PORT = 65_535

export interface PortRule {
  /** Used when the text names none; null when it has to. */
  readonly fallback: number | null
  /** 0 where it may mean "pick a free one", else 1. */
  readonly lowest: 0 | 1
}

/** The address, or what is wrong with it as a sentence to put after the text. */
export function parseAddress(text: string, port: PortRule): Address | string {
  const match = PARTS.exec(text)
  if (match === null) return isIPv6(text) ? 'is IPv6 without brackets, write [::1]:3306' : NO_ADDRESS
  const [, bracketed, name, digits] = match
  const host = bracketed ?? (name as string)
  if (bracketed !== undefined && !isIPv6(host)) return 'holds no valid IPv6 address between the brackets'
  if (/^[0-9.]+$/.test(host) && !isIPv4(host)) return 'is not a valid IPv4 address'
  const number = digits === undefined ? port.fallback : Number(digits)
  if (number === null) return 'has no port'
  if (number < port.lowest || number > HIGHEST_PORT)
    return `has a port outside ${port.lowest}..${HIGHEST_PORT}`
  return { host: host.toLowerCase(), port: number }
}

/** `host:port`, brackets around IPv6. */
export function formatAddress(address: Address): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}
