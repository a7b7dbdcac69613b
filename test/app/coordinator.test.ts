import { beforeEach, describe, expect, it } from 'vitest'
import { type Coordinator, createCoordinator } from '../../src/app/coordinator.ts'
import type { FleetState } from '../../src/core/fleet.ts'
import type { Pool } from '../../src/core/pool.ts'
import type { Transition } from '../../src/core/verdict.ts'
import type { StateStore } from '../../src/ports.ts'
import { fleet, instant, lagging, primary, readers, unseen, writers } from '../core/builders.ts'
import { createHandClock } from '../lab/hand-clock.ts'

let clock = createHandClock()
let saved: FleetState[]
let resumes: number
let transitions: Transition[]
let snapshots: number

beforeEach(() => {
  clock = createHandClock()
  saved = []
  resumes = 0
  transitions = []
  snapshots = 0
})

function start(pools: readonly Pool[], remembered: FleetState | null = null): Coordinator {
  const store: StateStore = {
    load: () => remembered,
    save: async (state) => {
      saved.push(state)
    },
  }
  const coordinator = createCoordinator({
    clock,
    pools,
    store,
    observers: [
      { onTransition: (transition) => transitions.push(transition) },
      {
        onSnapshot: () => {
          snapshots += 1
        },
      },
    ],
    onResume: () => {
      resumes += 1
    },
  })
  coordinator.start()
  return coordinator
}

const says = (coordinator: Coordinator, id: `${string}/${string}`) =>
  coordinator.snapshot().views.get(id)?.verdict?.reason.text

const now = () => clock.now().monotonic / 1000

describe('the coordinator', () => {
  it('decides shortly after a reading, once for several that arrive together', () => {
    const coordinator = start([readers(['db1', 'db2'])])
    const before = snapshots
    coordinator.receive('db1', lagging(1, 0), 0.01)
    coordinator.receive('db2', lagging(2, 0), 0.01)
    expect(says(coordinator, 'ro/db1')).toBeUndefined()
    clock.advance(0.005)
    expect(says(coordinator, 'ro/db1')).toBe('lag 1.0s')
    expect(says(coordinator, 'ro/db2')).toBe('lag 2.0s')
    expect(snapshots).toBe(before + 1)
    expect(transitions.map(({ server }) => server)).toEqual(['db1', 'db2'])
  })

  it('lets time alone change a verdict', () => {
    const coordinator = start([readers(['db1'])])
    coordinator.receive('db1', lagging(1, 0), 0.01)
    clock.advance(3)
    expect(says(coordinator, 'ro/db1')).toBe('lag 1.0s')
    clock.advance(0.3)
    expect(says(coordinator, 'ro/db1')).toMatch(/^last reading 3\.\ds old, over 3s$/)
  })

  it('says which servers have not been read yet', () => {
    const coordinator = start([readers(['db1', 'db2']), writers(['db1', 'db2'])])
    expect(coordinator.unread()).toEqual(['db1', 'db2'])
    coordinator.receive('db2', unseen(0), 1)
    expect(coordinator.unread()).toEqual(['db1'])
  })

  it('saves the state with each transition, and now and then', async () => {
    const coordinator = start([readers(['db1'])])
    coordinator.receive('db1', lagging(1, 0), 0.01)
    clock.advance(0.01)
    expect(saved).toHaveLength(1)
    for (let second = 0; second < 6; second += 1) {
      coordinator.receive('db1', lagging(1, now()), 0.01)
      clock.advance(1)
    }
    expect(saved).toHaveLength(2)
    await coordinator.stop()
    expect(saved).toHaveLength(3)
    expect(clock.pending()).toBe(0)
  })

  it('goes on from where an earlier process was', () => {
    const pool = readers(['db1'], { rise: 2 })
    const world = fleet(pool)
    world.advance(0, { db1: lagging(20, 0) })
    const remembered = { ...world.state(), sights: new Map(), resumedAt: instant(0).monotonic }
    const coordinator = start([pool], remembered)
    expect(says(coordinator, 'ro/db1')).toBe('lag 20.0s over 10s')
    expect(coordinator.snapshot().views.get('ro/db1')?.awaited).toBe(true)
    coordinator.receive('db1', lagging(7, 0.1), 0.01)
    clock.advance(0.2)
    expect(says(coordinator, 'ro/db1')).toBe('lag 7.0s over 5s')
    expect(transitions).toEqual([])
  })

  it('reads everything anew after it did not run for a while', () => {
    const coordinator = start([readers(['db1'])])
    coordinator.receive('db1', lagging(0, 0), 0.01)
    clock.advance(0.2)
    expect(resumes).toBe(0)
    clock.freeze(10)
    clock.advance(0.2)
    expect(resumes).toBe(1)
    expect(says(coordinator, 'ro/db1')).toBe('lag 0.0s')
    expect(coordinator.snapshot().views.get('ro/db1')?.awaited).toBe(true)
    coordinator.receive('db1', lagging(11, now()), 0.01)
    clock.advance(0.01)
    expect(says(coordinator, 'ro/db1')).toBe('lag 11.0s over 10s')
  })

  it('keeps the past of servers that stay when the pools are replaced', () => {
    const coordinator = start([readers(['db1', 'db2'], { rise: 9 }), writers(['db3'])])
    coordinator.receive('db1', lagging(20, 0), 0.01)
    coordinator.receive('db2', lagging(0, 0), 0.01)
    coordinator.receive('db3', primary(0), 0.01)
    clock.advance(0.01)
    coordinator.replacePools([readers(['db1', 'db4'], { rise: 9 })])
    expect(coordinator.unread()).toEqual(['db4'])
    expect(says(coordinator, 'ro/db1')).toBe('lag 20.0s over 10s')
    coordinator.receive('db1', lagging(0, 0.1), 0.01)
    coordinator.receive('db4', lagging(0, 0.1), 0.01)
    clock.advance(0.2)
    expect(says(coordinator, 'ro/db1')).toBe('lag 0.0s, 1 of 9 good readings')
    expect(coordinator.snapshot().views.has('rw/db3')).toBe(false)
    expect([...coordinator.state().sights.keys()]).toEqual(['db1', 'db4'])
  })
})
