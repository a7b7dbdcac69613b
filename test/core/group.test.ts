import { describe, expect, it } from 'vitest'
import { hasMajority, isGroupCurrent, isGroupWriter, judgeGroupMember } from '../../src/core/group.ts'
import type { PoolPolicy } from '../../src/core/pool.ts'
import type { GroupFacts } from '../../src/core/reading.ts'
import { fleet, member, policy, readers, unseen, writers } from './builders.ts'

const facts = (self: string, states?: readonly string[], changes: Partial<GroupFacts> = {}): GroupFacts =>
  member(1, self, states, changes).group as GroupFacts

function judge(group: GroupFacts, wasIn = true, rules: Partial<PoolPolicy> = {}): string {
  const judgement = judgeGroupMember(group, policy(rules), wasIn, 4)
  if (judgement.fit) return `fit: ${judgement.text}`
  const kept = judgement.staleness === 4 ? ', kept' : ''
  return `${judgement.hard ? 'hard' : 'soft'} ${judgement.code}${kept}: ${judgement.text}`
}

describe('a group member', () => {
  it.each([
    ['online', facts('m2'), 'fit: ONLINE'],
    [
      'recovering',
      facts('m2', ['ONLINE', 'RECOVERING', 'ONLINE']),
      'soft not_online: RECOVERING: still catching up',
    ],
    ['expelled', facts('m2', ['ONLINE', 'ERROR', 'ONLINE']), 'hard not_online: ERROR in its group'],
    ['not in its own view', facts('m9'), 'hard not_online: not in its own view in its group'],
    [
      'alone of three',
      facts('m1', ['ONLINE', 'UNREACHABLE', 'UNREACHABLE']),
      'hard minority: no majority: it reaches 1 of 3',
    ],
    ['half of two', facts('m1', ['ONLINE', 'UNREACHABLE']), 'hard minority: no majority: it reaches 1 of 2'],
    ['two of three', facts('m1', ['ONLINE', 'ONLINE', 'UNREACHABLE']), 'fit: ONLINE'],
    ['with one that recovers', facts('m1', ['ONLINE', 'RECOVERING', 'UNREACHABLE']), 'fit: ONLINE'],
    ['with a short queue', facts('m2', undefined, { applierQueue: 100 }), 'fit: ONLINE, applier queue 100'],
    [
      'with a long queue',
      facts('m2', undefined, { applierQueue: 101 }),
      'soft apply_queue, kept: applier queue 101 over 100',
    ],
  ])('%s', (_what, group, says) => {
    expect(judge(group)).toBe(says)
  })

  it('that is out comes back at the lower limit', () => {
    expect(judge(facts('m2', undefined, { applierQueue: 21 }), false)).toMatch(/^soft apply_queue.* over 20$/)
    expect(judge(facts('m2', undefined, { applierQueue: 20 }), false)).toBe('fit: ONLINE, applier queue 20')
  })

  it('without majority may serve old reads where that is asked for', () => {
    const alone = facts('m1', ['ONLINE', 'UNREACHABLE', 'UNREACHABLE'])
    expect(judge(alone, true, { minorityReads: true })).toBe('fit: ONLINE')
    expect(isGroupWriter(alone)).toBe(false)
    expect(isGroupCurrent(alone)).toBe(false)
    expect(hasMajority(alone)).toBe(false)
  })

  it.each([
    ['m1', undefined, {}, true, true],
    ['m2', undefined, {}, false, true],
    ['m1', ['RECOVERING', 'ONLINE', 'ONLINE'], {}, false, false],
    ['m1', undefined, { applierQueue: 1 }, true, false],
    ['m9', undefined, {}, false, false],
  ] as const)(
    '%s of %j with %j is written to: %s, is current: %s',
    (self, states, changes, writer, current) => {
      expect(isGroupWriter(facts(self, states, changes))).toBe(writer)
      expect(isGroupCurrent(facts(self, states, changes))).toBe(current)
    },
  )
})

describe('a group', () => {
  const NAMES = ['db1', 'db2', 'db3']
  const start = () => {
    const world = fleet(readers(NAMES), writers(NAMES, { fall: 3 }))
    world.advance(1, { db1: member(1, 'm1'), db2: member(1, 'm2'), db3: member(1, 'm3') })
    return world
  }

  it('with a single primary writes there and reads from the others', () => {
    const world = start()
    expect(world.says('rw/db1')).toBe('up 100% ok: the writer')
    expect(world.says('ro/db1')).toBe('up 0% writer: the writer, which takes no reads here')
    expect(world.says('ro/db2')).toBe('up 100% ok: ONLINE')
  })

  it('follows a new primary at once, while the old one is merely out of sight', () => {
    const world = start()
    const view = {
      members: [
        { id: 'm2', address: 'db2:3306', state: 'ONLINE', role: 'PRIMARY' as const },
        { id: 'm3', address: 'db3:3306', state: 'ONLINE', role: 'SECONDARY' as const },
      ],
    }
    const promoted = { ...member(1.5, 'm2', undefined, view), writable: true }
    world.advance(1.5, { db1: unseen(1.5), db2: promoted, db3: member(1.5, 'm3', undefined, view) })
    expect(world.says('rw/db2')).toBe('up 100% ok: the writer')
    expect(world.verdict('rw/db1')?.state).toBe('down')
  })

  it('with many primaries has one writer that stays', () => {
    const primaries = NAMES.map((name, index) => ({
      id: `m${index + 1}`,
      address: `${name}:3306`,
      state: 'ONLINE',
      role: 'PRIMARY' as const,
    }))
    const view = (seconds: number, self: string) => ({
      ...member(seconds, self, undefined, { members: primaries }),
      writable: true,
    })
    const world = fleet(writers(NAMES, { fall: 2 }))
    world.advance(1, { db1: view(1, 'm1'), db2: view(1, 'm2'), db3: view(1, 'm3') })
    expect(world.says('rw/db1')).toBe('up 100% ok: the writer')
    world.advance(1.5, { db1: unseen(1.5), db2: view(1.5, 'm2'), db3: view(1.5, 'm3') })
    expect(world.verdict('rw/db1')?.state).toBe('up')
    world.advance(2, { db1: unseen(2), db2: view(2, 'm2'), db3: view(2, 'm3') })
    expect(world.verdict('rw/db2')?.state).toBe('up')
    world.advance(2.5, { db1: view(2.5, 'm1'), db2: view(2.5, 'm2'), db3: view(2.5, 'm3') })
    expect(world.verdict('rw/db2')?.state).toBe('up')
    expect(world.verdict('rw/db1')?.state).toBe('down')
  })

  it('lets no member serve that most others do not list, whatever it says of itself', () => {
    const world = start()
    const without = ['ONLINE', 'ONLINE']
    world.advance(1.5, {
      db1: member(1.5, 'm1', without),
      db2: member(1.5, 'm2', without),
      db3: member(1.5, 'm3'),
    })
    expect(world.says('ro/db3')).toBe(
      'down 0% view_denied: its view of the cluster is out of date: most others deny it',
    )
    expect(world.says('ro/db2')).toBe('up 100% ok: ONLINE')
    const recovering = ['ONLINE', 'ONLINE', 'RECOVERING']
    world.advance(2, {
      db1: member(2, 'm1', recovering),
      db2: member(2, 'm2', recovering),
      db3: member(2, 'm3'),
    })
    expect(world.verdict('ro/db3')?.reason.code).toBe('view_denied')
    world.advance(2.5, { db1: member(2.5, 'm1'), db2: member(2.5, 'm2'), db3: member(2.5, 'm3') })
    expect(world.says('ro/db3')).toBe('up 100% ok: ONLINE')
  })

  it('does not listen to members without majority, nor to those of other groups', () => {
    const world = start()
    const alone = ['ONLINE', 'UNREACHABLE', 'UNREACHABLE']
    const stranger = member(1.5, 'm3', ['ONLINE'], { name: 'group-b' })
    world.advance(1.5, { db1: member(1.5, 'm1', alone), db2: member(1.5, 'm2'), db3: stranger })
    expect(world.says('ro/db2')).toBe('up 100% ok: ONLINE')
  })
})
