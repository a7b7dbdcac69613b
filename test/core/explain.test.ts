import { describe, expect, it } from 'vitest'
import { explain } from '../../src/core/explain.ts'
import type { Reading } from '../../src/core/reading.ts'
import { NEVER_SEEN } from '../../src/core/sight.ts'
import {
  at,
  beating,
  channel,
  fleet,
  lagging,
  member,
  node,
  primary,
  readers,
  seen,
  sight,
  unseen,
  writers,
} from './builders.ts'

const READERS = readers(['db1'], { rise: 2, fall: 3, minServers: 1 })

/** Lets one reader be decided by these readings and explains the outcome, a line a step. */
function explainReader(...readings: readonly Reading[]): readonly string[] {
  const world = fleet(READERS)
  for (const reading of readings) world.advance(reading.at / 1000, { db1: reading })
  const known = world.state().sights.get('db1') ?? NEVER_SEEN
  const now = (readings.at(-1)?.at ?? 0) / 1000 + 0.2
  const { steps, next } = explain(READERS, known, world.state().members.get('ro/db1') ?? null, 1, at(now))
  return [...steps.map(({ question, found, limit }) => `${question}: ${found} | ${limit}`), next]
}

describe('explain', () => {
  it('walks from the reading to the floor', () => {
    expect(explainReader(lagging(2, 1))).toEqual([
      'reading: 0.2s old | 3s (max_age)',
      'role: replica, read-only | null',
      'source db1:3306: IO running, SQL running | null',
      'seconds behind source: 2.0s | null',
      'lag: 2.0s | 10s (max_lag)',
      'data age at most: 2.2s | 10m (max_staleness, on the floor)',
      'damping: in, 0 against that | 3 bad in a row to leave',
      'floor: 1 in service | at least 1, unless their data could be older than 10m',
      'leaves after 3 readings with a lag over 10s, or out of sight',
    ])
  })

  it('shows every source of the lag, and the stricter limit to a server that is out', () => {
    const out = explainReader(lagging(20, 1), lagging(20, 1.5), beating({ kind: 'lag', seconds: 7.04 }, 2))
    expect(out).toContain('heartbeat: 7.0s | null')
    expect(out).toContain('seconds behind source: 0.0s | null')
    expect(out).toContain('lag: 7.0s | 5s (recover_lag)')
    expect(out).toContain('damping: out, 0 against that | 2 good in a row to return')
  })

  it('shows what is not known as such', () => {
    const missing = explainReader(beating({ kind: 'missing', text: 'no heartbeat row' }, 1, { lag: null }))
    expect(missing).toContain('heartbeat: no heartbeat row | null')
    expect(missing).toContain('seconds behind source: NULL | null')
    expect(missing).toContain('lag: unknown | 5s (recover_lag)')
  })

  it('names channels, errors and delays', () => {
    const error = { code: 1062, text: 'Duplicate entry' }
    const steps = explainReader(
      seen(1, { channels: [channel({ name: 'eu', sql: 'stopped', delay: 60, error })] }),
    )
    expect(steps).toContain(
      'channel "eu" from db1:3306: IO running, SQL stopped, error 1062: Duplicate entry | delayed by 1m',
    )
  })

  it('says what was read instead when sight is lost', () => {
    expect(explainReader(unseen(1, 'refused', 'connection refused'))[0]).toBe(
      'reading: 0.2s old: connection refused | 3s (max_age)',
    )
    expect(explainReader()).toEqual([
      'reading: none yet | 3s (max_age)',
      'floor: 1 in service | at least 1, unless their data could be older than 10m',
      'decided when every server of the pool has been read',
    ])
  })

  it.each([
    ['lag', 'up', 0, 'returns after 2 readings with a lag of 5s or less'],
    ['writer', 'up', 0, 'returns after 2 readings with a lag of 5s or less, once it is not the writer'],
    [
      'writer_fallback',
      'up',
      20,
      'returns after 2 readings with a lag of 5s or less, once it is not the writer',
    ],
    ['blind', 'up', 100, 'decided anew when any server of the pool is seen again, or when the hold ends'],
    ['delayed', 'up', 0, 'never serves while the replication delay is set'],
    ['floor', 'up', 100, 'returns after 2 readings with a lag of 5s or less; gives way when others do'],
    ['handover', 'up', 100, 'leaves when the server that takes its place has been in for 2s'],
    ['ok', 'up', 100, 'leaves after 3 readings with a lag over 10s, or out of sight'],
  ] as const)('says what comes next for a reader that is %s', (code, state, weightPercent, next) => {
    const member = {
      pool: 'ro',
      server: 'db1',
      verdict: { state, weightPercent, reason: { code, text: 'x' } },
      damping: { in: false, streak: 0, countedAt: at(0), rampSince: null },
      sighted: null,
      inSince: null,
      since: 0 as never,
    }
    expect(explain(READERS, sight(lagging(0, 1)), member, 1, at(1)).next).toBe(next)
  })

  it('of a writer pool leaves out what only readers are asked', () => {
    const pool = writers(['db1', 'db2'])
    const world = fleet(pool)
    world.advance(1, { db1: primary(1), db2: lagging(0, 1) })
    const of = (server: string) =>
      explain(
        pool,
        world.state().sights.get(server) ?? NEVER_SEEN,
        world.state().members.get(`rw/${server}`) ?? null,
        1,
        at(1),
      )
    expect(of('db1').steps.map(({ question }) => question)).toEqual(['reading', 'role', 'damping'])
    expect(of('db1').steps[1]?.found).toBe('primary, writable')
    expect(of('db2').steps.map(({ question }) => question)).toEqual([
      'reading',
      'role',
      'source db1:3306',
      'damping',
    ])
    expect(of('db1').next).toBe(
      'leaves when it is read-only or out of sight, or when a second server is writable',
    )
    expect(of('db2').next).toBe('serves when it is the only writable server of the pool')
    expect(of('db1').verdict).toBe(world.verdict('rw/db1'))
  })

  it('shows what a Galera node says of its cluster', () => {
    expect(explainReader(node(1, { receiveQueue: 7, flowControlPaused: 0.0625 }))).toEqual([
      'reading: 0.2s old | 3s (max_age)',
      'role: galera, writable | null',
      'galera: Primary, Synced, ready | donor: last',
      'cluster: cluster-a, 3 nodes, view 7 | null',
      'receive queue: 7 | 100 (max_apply_queue)',
      'flow control paused: 6.3% of the time | null',
      'data age at most: 0.2s | 10m (max_staleness, on the floor)',
      'damping: in, 0 against that | 3 bad in a row to leave',
      'floor: 1 in service | at least 1, unless their data could be older than 10m',
      'leaves after 3 readings not synced, or with a receive queue over 100, or out of sight',
    ])
    const bad = { isPrimaryComponent: false, isReady: false, isConnected: false, isDesynced: true }
    const steps = explainReader(node(1, { ...bad, rejectsQueries: true, maintenance: 'SHUTDOWN' }))
    expect(steps).toContain(
      'galera: non-Primary, Synced, not ready, not connected, desynced, rejects queries, pxc_maint_mode SHUTDOWN | donor: last',
    )
    expect(steps).toContain('receive queue: 0 | 20 (recover_apply_queue)')
    expect(steps.at(-1)).toBe('returns after 2 readings synced, with a receive queue of 20 or less')
  })

  it('says of a Galera writer that it stays', () => {
    const pool = writers(['db1', 'db2'])
    const world = fleet(pool)
    world.advance(1, { db1: node(1), db2: node(1) })
    const nextOf = (server: string) =>
      explain(
        pool,
        world.state().sights.get(server) ?? NEVER_SEEN,
        world.state().members.get(`rw/${server}`) ?? null,
        1,
        at(1),
      ).next
    expect(nextOf('db1')).toBe(
      'leaves when it cannot be written to any more, and not because another comes back',
    )
    expect(nextOf('db2')).toBe('serves when the writer is gone, if no other node was started before it')
  })

  it('shows the view that a group member has', () => {
    const steps = explainReader(
      member(1, 'm2', ['ONLINE', 'ONLINE', 'UNREACHABLE'], { certificationQueue: 3 }),
    )
    expect(steps).toContain('group: group-a | needs a majority')
    expect(steps).toContain(
      'its view: db1:3306 ONLINE PRIMARY, db2:3306 (itself) ONLINE SECONDARY, db3:3306 UNREACHABLE SECONDARY | null',
    )
    expect(steps).toContain('applier queue: 0 | 100 (max_apply_queue)')
    expect(steps).toContain('certification queue: 3 | null')
    expect(steps.at(-1)).toBe(
      'leaves after 3 readings not ONLINE, or with an applier queue over 100, or out of sight',
    )
    const alone = explainReader(member(1, 'm2', ['ERROR', 'ERROR'], { members: [] }))
    expect(alone).toContain('its view: empty | null')
    expect(alone.at(-1)).toBe('returns after 2 readings ONLINE, with an applier queue of 20 or less')
    const rules = readers(['db1'], { minorityReads: true })
    const noRole = member(1, 'm1', [], {
      members: [{ id: 'm1', address: 'db1:3306', state: 'ERROR', role: null }],
    })
    const { steps: relaxed } = explain(rules, sight(noRole), null, 0, at(1))
    expect(relaxed.map(({ found, limit }) => `${found} | ${limit}`)).toEqual(
      expect.arrayContaining(['group-a | minority_reads', 'db1:3306 (itself) ERROR | null']),
    )
  })

  it('never shows a negative age', () => {
    const { steps } = explain(READERS, sight(lagging(0, 2)), null, 0, at(1))
    expect(steps[0]?.found).toBe('0.0s old')
  })
})
