import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'

/** Asks the system for all addresses of a name. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>

/**
 * A lookup for one server: every connection asks anew, but no question is
 * asked while the one before it is without an answer.
 *
 * A lookup cannot be called off and holds one of Node's four worker threads
 * for as long as the resolver waits, tens of seconds with a dead DNS server.
 * A new one at every poll would soon hold them all, also those that write
 * files, and queue up behind them for long after DNS is back.
 */
export function createLookup(resolve: Resolve = (name) => lookup(name, { all: true })): LookupFunction {
  let pending: Promise<readonly LookupAddress[]> | null = null
  return (name, options, callback) => {
    pending ??= resolve(name).finally(() => {
      pending = null
    })
    pending.then(
      (addresses) => {
        if (options.all === true) callback(null, [...addresses])
        else callback(null, addresses[0]?.address ?? '', addresses[0]?.family)
      },
      (error) => callback(error, ''),
    )
  }
}
