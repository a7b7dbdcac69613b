import { describe, expect, it } from 'vitest'
import { isGaleraCurrent, isGaleraWriter, judgeGalera } from '../../src/core/galera.ts'
import type { PoolPolicy } from '../../src/core/pool.ts'
import type { GaleraFacts } from '../../src/core/reading.ts'
import { fleet, galera, node, policy, readers, unseen, writers } from './builders.ts'

/** The judgement in a line, such as `soft donor, kept: Donor/Desynced`. */
function judge(changes: Partial<GaleraFacts>, wasIn = true, rules: Partial<PoolPolicy> = {}): string {
  const judgement = judgeGalera(galera(changes), policy(rules), wasIn, 4)
  if (judgement.fit) return `fit: ${judgement.text}`
  const kept = judgement.staleness === 4 ? ', kept' : ''
  return `${judgement.hard ? 'hard' : 'soft'} ${judgement.code}${kept}: ${judgement.text}`
}

describe('a Galera node', () => {
  it.each([
    ['synced', {}, 'fit: synced'],
    ['synced with a short queue', { receiveQueue: 12 }, 'fit: synced, receive queue 12'],
    [
      'without quorum',
      { isPrimaryComponent: false, isReady: false, localState: 0 },
      'hard not_synced: non-Primary: it has lost the quorum',
    ],
    ['not connected', { isConnected: false }, 'hard not_synced: not connected to its cluster'],
    ['not ready', { isReady: false, localStateComment: 'Joining' }, 'hard not_synced: not ready (Joining)'],
    [
      'rejecting queries',
      { rejectsQueries: true },
      'hard not_synced: it rejects queries (wsrep_reject_queries)',
    ],
    [
      'a donor that rejects queries',
      { localState: 2, donorRejectsQueries: true },
      'hard not_synced: a donor that rejects queries',
    ],
    ['no donor, though it would reject queries as one', { donorRejectsQueries: true }, 'fit: synced'],
    ['under maintenance', { maintenance: 'SHUTDOWN' }, 'soft maintenance: pxc_maint_mode is SHUTDOWN'],
    ['a donor', { localState: 2, localStateComment: 'Donor/Desynced' }, 'soft donor, kept: Donor/Desynced'],
    ['desynced on purpose', { isDesynced: true }, 'soft donor, kept: desynced on purpose'],
    [
      'joined, not synced',
      { localState: 3, localStateComment: 'Joined' },
      'soft not_synced: Joined, not synced',
    ],
    [
      'in a state of 0 though ready',
      { localState: 0, localStateComment: 'Initialized' },
      'soft not_synced: Initialized, not synced',
    ],
  ])('%s', (_what, changes, says) => {
    expect(judge(changes)).toBe(says)
  })

  it.each([
    [100, true, 'fit: synced, receive queue 100'],
    [101, true, 'soft apply_queue, kept: receive queue 101 over 100'],
    [21, false, 'soft apply_queue, kept: receive queue 21 over 20'],
    [20, false, 'fit: synced, receive queue 20'],
  ])('with a receive queue of %s, in before %s: %s', (receiveQueue, wasIn, says) => {
    expect(judge({ receiveQueue }, wasIn)).toBe(says)
  })

  it.each([
    ['never', 'soft donor: Donor/Desynced'],
    ['last', 'soft donor, kept: Donor/Desynced'],
    ['always', 'fit: synced'],
  ] as const)('that is a donor, with donor: %s', (donor, says) => {
    expect(judge({ localState: 2, localStateComment: 'Donor/Desynced' }, true, { donor })).toBe(says)
  })

  it('acts at once on what makes queries fail, and only on that', () => {
    expect(judgeGalera(galera({ isReady: false }), policy(), true, 4)).toMatchObject({ urgent: true })
    expect(judgeGalera(galera({ localState: 2 }), policy(), true, 4)).toMatchObject({ urgent: false })
  })

  it.each([
    [{}, true, true],
    [{ localState: 2 }, false, false],
    [{ isReady: false }, false, false],
    [{ maintenance: 'MAINTENANCE' }, false, true],
    [{ isDesynced: true }, true, true],
  ])('with %j may be written to: %s, and is current: %s', (changes, writer, current) => {
    expect(isGaleraWriter(galera(changes))).toBe(writer)
    expect(isGaleraCurrent(galera(changes))).toBe(current)
  })
})

describe('a Galera cluster', () => {
  const NAMES = ['db1', 'db2', 'db3']
  const all = (seconds: number, changes: Partial<GaleraFacts> = {}) =>
    Object.fromEntries(NAMES.map((name) => [name, node(seconds, changes)]))
  const start = (rules: Partial<PoolPolicy> = {}) => {
    const world = fleet(
      readers(NAMES, { minServers: 1, writerFallback: 20, ...rules }),
      writers(NAMES, { fall: 2 }),
    )
    world.advance(1, all(1))
    return world
  }
  const weights = (world: ReturnType<typeof start>, pool: 'ro' | 'rw') =>
    NAMES.map((name) => world.verdict(`${pool}/${name}`)?.weightPercent)

  it('has one writer, the first as configured, which takes no reads', () => {
    const world = start()
    expect(weights(world, 'rw')).toEqual([100, 0, 0])
    expect(weights(world, 'ro')).toEqual([0, 100, 100])
    expect(world.says('rw/db2')).toBe('down 0% not_writer: not the writer: db1 is')
    expect(world.says('ro/db1')).toBe('up 0% writer: the writer, which takes no reads here')
  })

  it('keeps its writer through a missed reading, replaces it after fall, and does not fail back', () => {
    const world = start()
    world.advance(1.5, { ...all(1.5), db1: unseen(1.5) })
    expect(weights(world, 'rw')).toEqual([100, 0, 0])
    world.advance(2, { ...all(2), db1: unseen(2) })
    expect(weights(world, 'rw')).toEqual([0, 100, 0])
    expect(world.verdict('ro/db2')?.reason.code).toBe('writer')
    world.advance(2.5, all(2.5))
    expect(weights(world, 'rw')).toEqual([0, 100, 0])
    expect(weights(world, 'ro')).toEqual([100, 0, 100])
  })

  it('moves the writer at once from a node that has lost the quorum', () => {
    const world = start()
    world.advance(1.5, { ...all(1.5), db1: node(1.5, { isPrimaryComponent: false, isReady: false }) })
    expect(weights(world, 'rw')).toEqual([0, 100, 0])
    expect(world.says('ro/db1')).toBe('down 0% not_synced: non-Primary: it has lost the quorum')
  })

  it('spares a donor while another reader serves, and keeps it when it is the last', () => {
    const world = start()
    const donor = { localState: 2, localStateComment: 'Donor/Desynced' }
    world.advance(1.5, { ...all(1.5), db3: node(1.5, donor) })
    expect(weights(world, 'ro')).toEqual([0, 100, 0])
    for (const seconds of [2, 3, 4]) {
      world.advance(seconds, { ...all(seconds), db3: node(seconds, donor), db2: unseen(seconds, 'refused') })
    }
    expect(world.says('ro/db3')).toBe('up 100% floor: floor: Donor/Desynced; kept, the pool needs 1 server')
  })

  it('lets no node serve whose view most others know to be over', () => {
    const world = start()
    for (const seconds of [1.5, 2, 2.5]) {
      world.advance(seconds, { ...all(seconds, { viewNumber: 8, clusterSize: 2 }), db3: unseen(seconds) })
    }
    world.advance(3, { ...all(3, { viewNumber: 8, clusterSize: 2 }), db3: node(3.001) })
    expect(world.says('ro/db3')).toBe(
      'down 0% view_denied: its view of the cluster is out of date: most others deny it',
    )
    world.advance(4, all(4, { viewNumber: 9 }))
    expect(weights(world, 'ro')).toEqual([0, 100, 100])
  })

  it('does not take an ordinary change of the cluster for that', () => {
    const world = start()
    const later = { viewNumber: 8 }
    world.advance(1.5, { db1: node(1.5), db2: node(1.6, later), db3: node(1.6, later) })
    expect(weights(world, 'rw')).toEqual([100, 0, 0])
    expect(weights(world, 'ro')).toEqual([0, 100, 100])
  })

  it('never writes to a node whose view is over', () => {
    const world = start()
    world.advance(1.5, {
      db1: node(1.6),
      db2: node(1.5, { viewNumber: 8 }),
      db3: node(1.5, { viewNumber: 8 }),
    })
    expect(weights(world, 'rw')).toEqual([0, 100, 0])
    expect(world.says('rw/db1')).toBe('down 0% not_writer: not the writer: db2 is')
    const alone = fleet(writers(['db1', 'db2']))
    alone.advance(1, { db1: node(1.1), db2: node(1, { viewNumber: 8, localState: 2 }) })
    expect(alone.says('rw/db1')).toBe(
      'down 0% no_writer: no writer: its view of the cluster is out of date: most others deny it',
    )
  })

  it('that is two clusters has no writer, and says which', () => {
    const world = start()
    world.advance(1.5, { ...all(1.5), db3: node(1.5, { stateUuid: 'cluster-b' }) })
    expect(world.says('rw/db1')).toBe(
      'down 0% split_brain: no writer: db1, db2 and db3 are in different clusters',
    )
    world.advance(2, { ...all(2), db3: node(2, { stateUuid: 'cluster-b', isPrimaryComponent: false }) })
    expect(weights(world, 'rw')).toEqual([100, 0, 0])
  })
})
