/** Decides a writer pool: exactly one server is up, the others are down, and all say why. */

import { findBlindness, holdVerdict } from './blind.ts'
import { type Damping, damp } from './damping.ts'
import type { Decision, Member } from './member.ts'
import type { Pool, ServerName } from './pool.ts'
import { isSeen, type Sight } from './sight.ts'
import type { MonotonicMs } from './units.ts'
import { down, up, type Verdict } from './verdict.ts'
import { findOutdated, findStrayClusters, OUTDATED } from './views.ts'
import { chooseWriter, listNames, type WriterChoice } from './writer.ts'

/**
 * Roles act at once: a demoted writer is down and a new one up with the first
 * reading that says so. Only a server that is out of sight is given `fall`
 * readings. `sights` and `members` by position in the pool.
 */
export function decideWriterPool(
  pool: Pool,
  sights: readonly Sight[],
  members: readonly (Member | null)[],
  now: MonotonicMs,
): readonly Decision[] {
  const { maxAge } = pool.policy
  const blindness = findBlindness(pool, sights, now)
  const outdated = findOutdated(sights, maxAge, now)
  const strays = findStrayClusters(pool.servers, sights, maxAge, now)
  const dampings = sights.map((sight, position) =>
    dampSight(pool, sight, members[position]?.damping ?? null, now),
  )
  const candidates = pool.servers.map((server, position) => {
    const sight = sights[position] as Sight
    const seen = isSeen(sight, maxAge, now)
    return {
      server,
      cluster: sight.cluster,
      startedAt: sight.startedAt,
      seenWritable: seen && sight.writable && !outdated[position],
      believedWritable: !seen && sight.writable && (dampings[position] as Damping).in,
    }
  })
  const incumbent = members.find((member) => member?.verdict.state === 'up')?.server ?? null
  const choice =
    strays === null ? chooseWriter(candidates, incumbent) : ({ kind: 'strays', servers: strays } as const)
  return pool.servers.map((server, position) => {
    const sighted = members[position]?.sighted
    if (blindness?.lost[position] && sighted) {
      return { verdict: holdVerdict(sighted.verdict, blindness), damping: sighted.damping }
    }
    const sight = sights[position] as Sight
    return {
      verdict: writerVerdict(server, choice, outdated[position] ? OUTDATED : describeSight(sight, pool, now)),
      damping: dampings[position] as Damping,
    }
  })
}

/** In while in sight; an old reading is no sight, and needs no second opinion. */
function dampSight(pool: Pool, sight: Sight, before: Damping | null, now: MonotonicMs): Damping {
  const { policy } = pool
  const fit = isSeen(sight, policy.maxAge, now)
  const urgent = !fit && sight.reading?.kind !== 'unseen'
  const observation = { fit, at: sight.reading?.at ?? now, urgent }
  return damp(before, observation, { rise: 1, fall: policy.fall, ramp: 0 }, now)
}

type Choice = WriterChoice | { readonly kind: 'strays'; readonly servers: readonly ServerName[] }

function writerVerdict(server: ServerName, choice: Choice, sight: string | null): Verdict {
  switch (choice.kind) {
    case 'one':
      if (choice.server !== server) return down('not_writer', `not the writer: ${choice.server} is`)
      return up(100, 'ok', sight === null ? 'the writer' : `the writer, last seen writable; now: ${sight}`)
    case 'none':
      return down('no_writer', `no writer: ${sight ?? 'read-only'}`)
    case 'strays':
      return down('split_brain', `no writer: ${listNames(choice.servers)} are in different clusters`)
    case 'split_brain':
      return down('split_brain', describeSplit(choice.servers))
  }
}

function describeSplit(servers: readonly ServerName[]): string {
  return `no writer: ${listNames(servers)} are ${servers.length === 2 ? 'both' : 'all'} writable`
}

/** Why this server cannot be seen, or not be written to; null if it can. */
function describeSight(sight: Sight, pool: Pool, now: MonotonicMs): string | null {
  if (isSeen(sight, pool.policy.maxAge, now)) return null
  if (sight.reading === null) return 'no reading yet'
  return sight.reading.kind === 'unseen' ? sight.reading.text : 'the last reading is too old'
}
