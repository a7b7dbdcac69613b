/** What HTTP and the command line may ask, answered from the coordinator's values. */

import { explain } from '../core/explain.ts'
import { memberId } from '../core/pool.ts'
import { NEVER_SEEN } from '../core/sight.ts'
import { standingOf } from '../core/verdict.ts'
import type { Clock, FleetReader } from '../ports.ts'
import type { Coordinator } from './coordinator.ts'

export function createFleetReader(cluster: string, coordinator: Coordinator, clock: Clock): FleetReader {
  return {
    cluster,
    snapshot: coordinator.snapshot,
    isReady: () => coordinator.unread().length === 0,
    explain(poolName, server) {
      const view = coordinator.snapshot().pools.find(({ pool }) => pool.name === poolName)
      if (!view?.pool.servers.includes(server)) return null
      const state = coordinator.state()
      const sight = state.sights.get(server) ?? NEVER_SEEN
      const member = state.members.get(memberId(poolName, server)) ?? null
      const inService = view.members.filter(({ verdict }) => verdict && standingOf(verdict) === 'in').length
      return explain(view.pool, sight, member, inService, clock.now().monotonic)
    },
  }
}
