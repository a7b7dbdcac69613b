/** Local mode: does this server serve, is it the writer, does it answer? */

import { formatLag } from '../../core/lag.ts'
import {
  findKindest,
  isIn,
  type LocalAnswer,
  type LocalMember,
  type LocalServer,
  objectToReading,
} from './local-server.ts'

const NO_POOL: LocalAnswer = { status: 503, text: 'in no pool' }

/**
 * `/`, as clustercheck asks it: in service in any of its pools.
 *
 * Unlike clustercheck, which passes every node that says Synced, this one knows
 * of a node that rejects queries, is in an older view than its peers or lags by
 * its receive queue; a donor is for the pool's `donor` to allow, and in time of
 * need for its floor. `read_only` does not count, as in clustercheck's default.
 */
export function answerServing({ readers, writers }: LocalServer): LocalAnswer {
  return findKindest([...readers, ...writers].map(tellVerdict), NO_POOL)
}

/**
 * `/master` and `/primary`: a writer pool has it up. Without any writer pool it
 * has to be writable and to replicate from nobody; nobody then sees that there
 * are two of them. Patroni's `/primary` asks for the leader's lock, too; the
 * agreement of several poolguards is no more than that they see the same.
 */
export function answerWriter({ readers, writers, hasWriterPool }: LocalServer): LocalAnswer {
  if (hasWriterPool) return findKindest(writers.map(tellVerdict), { status: 503, text: 'in no writer pool' })
  return findKindest(readers.map(tellRole), NO_POOL)
}

/** `/health`: the database answered its last reading, and that not long ago; Patroni's word for "is running". */
export function answerHealth({ readers, writers }: LocalServer): LocalAnswer {
  return findKindest([...readers, ...writers].map(tellHealth), NO_POOL)
}

/** A verdict from before a restart does not count: nobody who asks over HTTP was answered meanwhile, either. */
function tellVerdict(member: LocalMember): LocalAnswer {
  const { verdict, readingAge } = member.view
  if (verdict === null || readingAge === null) return { status: 503, text: 'no reading yet' }
  return { status: isIn(member) ? 200 : 503, text: verdict.reason.text }
}

function tellRole(member: LocalMember): LocalAnswer {
  const objection = objectToReading(member)
  if (objection !== null) return { status: 503, text: objection }
  const { role } = member.view
  if (role === 'primary') return { status: 200, text: 'primary' }
  return { status: 503, text: `${role}, not primary` }
}

function tellHealth(member: LocalMember): LocalAnswer {
  const objection = objectToReading(member)
  if (objection !== null) return { status: 503, text: objection }
  return { status: 200, text: `${member.view.role}, answered ${formatLag(member.view.readingAge ?? 0)} ago` }
}
