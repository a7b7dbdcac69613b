/** Which server of a pool may be written to: exactly one, none, or too many to tell. */

import type { ServerName } from './pool.ts'
import type { MonotonicMs, Seconds } from './units.ts'

export interface WriterCandidate {
  readonly server: ServerName
  /** The Galera cluster or multi-primary group that it is in; null where only one may be writable. */
  readonly cluster: string | null
  /** When it was started; null if unknown. */
  readonly startedAt: MonotonicMs | null
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
 * Where any member may be written to, in a Galera cluster or a multi-primary
 * group, the writer stays the writer until it is given up, and then it is the
 * senior: one that comes back takes nothing over, and a daemon that has just
 * been started finds the same one as those that have watched all along.
 *
 * Elsewhere one writable server is the writer, and nobody guesses: two are a
 * split brain, whoever was the writer before, and whether or not one of them
 * replicates from the other. A writer that is out of sight is believed in only
 * while no other server is writable.
 */
export function chooseWriter(
  candidates: readonly WriterCandidate[],
  incumbent: ServerName | null,
): WriterChoice {
  const seen = candidates.filter((candidate) => candidate.seenWritable)
  const believed = candidates.filter((candidate) => candidate.believedWritable)
  const writable = seen.length > 0 ? seen : believed
  const [first] = writable
  if (first === undefined) return { kind: 'none' }
  if (first.cluster !== null && writable.every(({ cluster }) => cluster === first.cluster)) {
    const stays = [...seen, ...believed].find(({ server }) => server === incumbent)
    return { kind: 'one', server: stays?.cluster === first.cluster ? stays.server : findSenior(writable) }
  }
  if (writable.length === 1) return { kind: 'one', server: first.server }
  return { kind: 'split_brain', servers: writable.map(({ server }) => server) }
}

/** Uptimes are whole seconds, and read at different moments. */
const SAME_START: Seconds = 2

/** The one that was started first; of those started together, the first as configured. */
function findSenior(candidates: readonly WriterCandidate[]): ServerName {
  const starts = candidates.map(({ startedAt }) => startedAt ?? Number.POSITIVE_INFINITY)
  const earliest = Math.min(...starts)
  const position = starts.findIndex((start) => start <= earliest + SAME_START * 1000)
  return (candidates[position] as WriterCandidate).server
}

/** `db1 and db2`, `db1, db2 and db3`. */
export function listNames(names: readonly ServerName[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
