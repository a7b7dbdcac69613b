/** Which server of a pool may be written to: exactly one, none, or too many to tell. */

import type { ServerName } from './pool.ts'

export interface WriterCandidate {
  readonly server: ServerName
  /** A young reading says so. */
  readonly seenWritable: boolean
  /** Out of sight, but not for long enough to be given up, and writable when last seen. */
  readonly believedWritable: boolean
}

export type WriterChoice =
  | { readonly kind: 'one'; readonly server: ServerName }
  | { readonly kind: 'none' }
  | { readonly kind: 'split_brain'; readonly servers: readonly ServerName[] }

/**
 * Never guesses: two writable servers are a split brain, whoever was the writer
 * before, and whether or not one of them replicates from the other. A writer
 * that is out of sight is believed in only while no other server is writable.
 */
export function chooseWriter(candidates: readonly WriterCandidate[]): WriterChoice {
  const seen = candidates.filter((candidate) => candidate.seenWritable)
  const writable = seen.length > 0 ? seen : candidates.filter((candidate) => candidate.believedWritable)
  const [first] = writable
  if (first === undefined) return { kind: 'none' }
  if (writable.length === 1) return { kind: 'one', server: first.server }
  return { kind: 'split_brain', servers: writable.map(({ server }) => server) }
}

/** `db1 and db2`, `db1, db2 and db3`. */
export function listNames(names: readonly ServerName[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
