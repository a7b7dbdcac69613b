/**
 * Views compared: what a server says of its cluster is held against what the
 * others say.
 *
 * A Galera node that was frozen and thawed goes on for a moment with the view
 * that it had: Synced, Primary, three nodes, and stale rows, while the others
 * have long been two. Views are counted (`wsrep_cluster_conf_id`), so the later
 * one is known. Only a view that was read *after* a peer's later one is out of
 * date: otherwise every ordinary change of the cluster would look like this.
 *
 * An expelled group member does the same for three seconds (seen on MySQL 9.7).
 * Group views have no count, but they name their members: one that most others
 * do not list as ONLINE is not, whatever it says.
 */

import { hasMajority } from './group.ts'
import type { ServerName } from './pool.ts'
import type { GaleraFacts, Seen } from './reading.ts'
import { isSeen, type Sight } from './sight.ts'
import type { MonotonicMs, Seconds } from './units.ts'

/** Said of such a server. */
export const OUTDATED = 'its view of the cluster is out of date: most others deny it'

/** By position: do more than half of the peers in sight deny this server's view? */
export function findOutdated(
  sights: readonly Sight[],
  maxAge: Seconds,
  now: MonotonicMs,
): readonly boolean[] {
  const readings = sights.map((sight) => (isSeen(sight, maxAge, now) ? (sight.reading as Seen) : null))
  const voters = readings.filter((reading) => reading !== null).filter(isClustered)
  return readings.map((reading) => {
    if (reading === null || !isClustered(reading)) return false
    const others = voters.filter((other) => other !== reading)
    const votes = others.map((other) => voteOn(reading, other)).filter((vote) => vote !== null)
    return votes.filter((vote) => vote === 'deny').length * 2 > votes.length
  })
}

function isClustered({ galera, group }: Seen): boolean {
  return galera !== null || group !== null
}

/** Null from one that is no peer, or that has no say itself. */
function voteOn(reading: Seen, other: Seen): 'agree' | 'deny' | null {
  if (reading.galera !== null && other.galera?.stateUuid === reading.galera.stateUuid) {
    const isLater = other.galera.viewNumber > reading.galera.viewNumber && other.at <= reading.at
    return isLater ? 'deny' : 'agree'
  }
  const self = reading.group?.self
  if (self === undefined || other.group?.name !== reading.group?.name || other.group === null) return null
  if (!hasMajority(other.group)) return null
  const isListed = other.group.members.some(({ id, state }) => id === self && state === 'ONLINE')
  return isListed ? 'agree' : 'deny'
}

/**
 * Names of servers that are Primary in different clusters: their writes went
 * different ways. Null while there is at most one cluster.
 */
export function findStrayClusters(
  servers: readonly ServerName[],
  sights: readonly Sight[],
  maxAge: Seconds,
  now: MonotonicMs,
): readonly ServerName[] | null {
  const found = sights.flatMap((sight, position) => {
    const node = isSeen(sight, maxAge, now) ? asGalera(sight) : null
    return node?.galera.isPrimaryComponent
      ? [{ server: servers[position] as ServerName, uuid: node.galera.stateUuid }]
      : []
  })
  return new Set(found.map(({ uuid }) => uuid)).size > 1 ? found.map(({ server }) => server) : null
}

type GaleraNode = Seen & { readonly galera: GaleraFacts }

function asGalera({ reading }: Sight): GaleraNode | null {
  return reading?.kind === 'seen' && reading.galera !== null ? (reading as GaleraNode) : null
}
