/** A small fleet, decided by the real core from readings that a test gives. */

import { explain } from '../../../src/core/explain.ts'
import type { Pool } from '../../../src/core/pool.ts'
import type { Reading } from '../../../src/core/reading.ts'
import { NEVER_SEEN } from '../../../src/core/sight.ts'
import { takeSnapshot } from '../../../src/core/snapshot.ts'
import { standingOf } from '../../../src/core/verdict.ts'
import type { FleetReader } from '../../../src/ports.ts'
import { fleet, instant, lagging, primary, readers, unseen, writers } from '../../core/builders.ts'

const SERVERS = ['db1', 'db2', 'db3']
const POOLS = [writers(SERVERS), readers(SERVERS)]

export interface Shop extends FleetReader {
  advance(seconds: number, news?: Readonly<Record<string, Reading>>): void
}

/** Nothing is read yet. */
export function createShop(pools: readonly Pool[] = POOLS): Shop {
  const world = fleet(...pools)
  let now = instant(0)
  const snapshot = () => takeSnapshot(world.state(), pools, now)
  return {
    cluster: 'shop',
    snapshot,
    isReady: () =>
      SERVERS.every((server) => (world.state().sights.get(server) ?? NEVER_SEEN).reading !== null),
    explain(name, server) {
      const view = snapshot().pools.find(({ pool }) => pool.name === name)
      if (!view?.pool.servers.includes(server)) return null
      const sight = world.state().sights.get(server) ?? NEVER_SEEN
      const member = world.state().members.get(`${name}/${server}`) ?? null
      const inService = view.members.filter(({ verdict }) => verdict && standingOf(verdict) === 'in').length
      return explain(view.pool, sight, member, inService, now.monotonic)
    },
    advance(seconds, news) {
      now = instant(seconds)
      world.advance(seconds, news)
    },
  }
}

/** db1 is the writer, db2 a replica 2.5 s behind, db3 does not answer. */
export function createOpenShop(): Shop {
  const shop = createShop()
  shop.advance(1, {
    db1: primary(0.8),
    db2: lagging(2.5, 0.8),
    db3: unseen(0.8, 'refused', 'connection refused'),
  })
  return shop
}
