import { describe, expect, it } from 'vitest'
import type { Damping } from '../../src/core/damping.ts'
import type { PoolPolicy } from '../../src/core/pool.ts'
import { draftReader, judgeReader } from '../../src/core/reader.ts'
import { NEVER_SEEN, type Sight } from '../../src/core/sight.ts'
import { standingOf } from '../../src/core/verdict.ts'
import { at, beating, channel, lagging, policy, primary, seen, sight, unseen } from './builders.ts'

const NOW = at(10)

const facts = (known: Sight) => ({ sight: known, isChosenWriter: false, isOutdated: false })

/** The judgement in a line, such as `soft lag: lag 11.0s over 10s`. */
function judge(known: Sight, wasIn = true, changes: Partial<PoolPolicy> = {}): string {
  const judgement = judgeReader(known, policy(changes), wasIn, NOW)
  if (judgement.fit) return `fit: ${judgement.text}`
  const urgent = judgement.urgent ? ' urgent' : ''
  return `${judgement.hard ? 'hard' : 'soft'}${urgent} ${judgement.code}: ${judgement.text}`
}

describe('judging a replica', () => {
  it.each`
    lag     | before   | says
    ${10}   | ${true}  | ${'fit: lag 10.0s'}
    ${10.1} | ${true}  | ${'soft lag: lag 10.1s over 10s'}
    ${7}    | ${true}  | ${'fit: lag 7.0s'}
    ${7}    | ${false} | ${'soft lag: lag 7.0s over 5s'}
    ${5}    | ${false} | ${'fit: lag 5.0s'}
  `('lag $lag s, was in $before: $says', ({ lag, before, says }) => {
    expect(judge(sight(lagging(lag, 10)), before)).toBe(says)
  })

  const stoppedWithError = channel({ sql: 'stopped', lag: null, error: { code: 1062, text: 'duplicate' } })
  it.each([
    [
      'a delay on purpose, however small its lag',
      seen(10, { channels: [channel({ delay: 3600 })] }),
      'soft delayed: replicates 1h late on purpose',
    ],
    [
      'a stopped SQL thread, with its error',
      seen(10, { channels: [stoppedWithError] }),
      'soft replication_stopped: replication SQL thread stopped: error 1062',
    ],
    [
      'a stopped IO thread, though the lag says 0',
      seen(10, { channels: [channel({ io: 'stopped' })] }),
      'soft replication_stopped: replication IO thread stopped',
    ],
    [
      'one stopped channel of two, by name',
      seen(10, { channels: [channel(), channel({ name: 'eu', sql: 'stopped' })] }),
      'soft replication_stopped: replication SQL thread stopped on channel "eu"',
    ],
    [
      'a missing heartbeat',
      beating({ kind: 'missing', text: 'no heartbeat row' }, 10),
      'soft heartbeat_missing: no heartbeat row',
    ],
    [
      'threads that run and a lag of NULL',
      seen(10, { channels: [channel({ lag: null })] }),
      'soft lag_unknown: lag unknown: the server says NULL',
    ],
    [
      'a source that was never found',
      seen(10, { channels: [channel({ io: 'connecting', lag: null })] }),
      'soft lag_unknown: no connection to source db1:3306',
    ],
    [
      'a source that refuses us',
      seen(10, {
        channels: [channel({ io: 'connecting', lag: null, error: { code: 1045, text: 'denied' } })],
      }),
      'soft lag_unknown: no connection to source db1:3306 (error 1045)',
    ],
  ])('finds unfit: %s', (_why, reading, says) => {
    expect(judge(sight(reading))).toBe(says)
  })

  it('lets the data of a replica age while it looks for its source', () => {
    const searching = channel({ io: 'connecting', lag: null, name: 'a' })
    const brief = sight(lagging(1, 7), seen(10, { channels: [searching] }))
    expect(judge(brief)).toBe('fit: no connection to source db1:3306 on channel "a", at most 4.0s behind')
    const long = sight(lagging(1, -1), seen(10, { channels: [searching] }))
    expect(judge(long)).toBe(
      'soft lag: no connection to source db1:3306 on channel "a", at most 12.0s behind over 10s',
    )
  })
})

describe('judging what is not a replica that was seen', () => {
  it.each([
    ['never read', NEVER_SEEN, 'hard urgent stale: no reading yet'],
    [
      'a reading that is too old',
      sight(lagging(0, 6.9)),
      'soft urgent stale: last reading 3.1s old, over 3s',
    ],
    [
      'nobody answers',
      sight(unseen(10, 'refused', 'connection refused')),
      'hard unreachable: connection refused',
    ],
    [
      'nobody answered long ago',
      sight(unseen(1, 'refused', 'connection refused')),
      'hard unreachable: connection refused',
    ],
    ['a wrong password', sight(unseen(10, 'auth', 'access denied')), 'soft unreadable: access denied'],
    [
      'read-only without a source',
      sight(seen(10, { channels: [] })),
      'soft detached: read-only, and replicates from nobody',
    ],
  ])('%s', (_why, known, says) => {
    expect(judge(known)).toBe(says)
  })

  it('does not find a reading too old at the very limit', () => {
    expect(judge(sight(lagging(0, 7)))).toBe('fit: lag 0.0s')
  })
})

describe('how old the data is that the floor may keep', () => {
  const staleness = (known: Sight) => draftReader(facts(known), null, policy(), NOW).staleness
  it.each([
    ['a lagging replica: its lag', sight(lagging(20, 10)), 20],
    ['a fit one: its lag', sight(lagging(2, 10)), 2],
    [
      'a stopped one: its last lag and the time since',
      sight(lagging(2, 4), seen(10, { channels: [channel({ io: 'stopped', sql: 'stopped' })] })),
      8,
    ],
    ['an unreadable one that lives: likewise', sight(lagging(2, 4), unseen(10, 'auth')), 8],
    ['a stale one: likewise', sight(lagging(2, 4)), 8],
    ['one that was never known: not kept', sight(seen(10, { channels: [channel({ lag: null })] })), null],
    ['a silent one: not kept', sight(lagging(2, 4), unseen(10, 'timeout')), null],
    ['a delayed one: not kept', sight(lagging(2, 4), seen(10, { channels: [channel({ delay: 1 })] })), null],
    ['a detached one: not kept', sight(lagging(2, 4), seen(10, { channels: [] })), null],
    ['the writer: not kept', sight(lagging(2, 4), primary(10)), null],
    ['never read: not kept', NEVER_SEEN, null],
  ])('%s', (_why, known, expected) => {
    expect(staleness(known)).toBe(expected)
  })
})

describe('the draft of a verdict', () => {
  const IN: Damping = { in: true, streak: 0, countedAt: at(9), rampSince: null }
  const OUT: Damping = { in: false, streak: 0, countedAt: at(9), rampSince: null }
  const draft = (known: Sight, before: Damping | null, changes: Partial<PoolPolicy> = {}) => {
    const { verdict } = draftReader(
      facts(known),
      before,
      policy({ rise: 2, fall: 2, ramp: 20, ...changes }),
      NOW,
    )
    return `${verdict.state} ${verdict.weightPercent}% ${verdict.reason.code}: ${verdict.reason.text}`
  }

  it.each([
    ['fit and in', sight(lagging(1, 10)), IN, 'up 100% ok: lag 1.0s'],
    ['fit, and nothing known from before', sight(lagging(7, 10)), null, 'up 100% ok: lag 7.0s'],
    ['unfit, and nothing known from before', sight(lagging(11, 10)), null, 'up 0% lag: lag 11.0s over 10s'],
    ['fit for the first time', sight(lagging(1, 10)), OUT, 'up 0% rising: lag 1.0s, 1 of 2 good readings'],
    [
      'fit for the second time',
      sight(lagging(1, 10)),
      { ...OUT, streak: 1 },
      'up 10% ramp: lag 1.0s, ramping',
    ],
    ['ramping', sight(lagging(1, 10)), { ...IN, rampSince: at(0) }, 'up 50% ramp: lag 1.0s, ramping'],
    [
      'unfit for the first time',
      sight(lagging(11, 10)),
      IN,
      'up 100% ok: lag 11.0s over 10s, 1 of 2 bad readings',
    ],
    [
      'unfit for the first time while ramping',
      sight(lagging(11, 10)),
      { ...IN, rampSince: at(0) },
      'up 50% ramp: lag 11.0s over 10s, 1 of 2 bad readings',
    ],
    [
      'unfit for the second time',
      sight(lagging(11, 10)),
      { ...IN, streak: 1 },
      'up 0% lag: lag 11.0s over 10s',
    ],
    [
      'unreachable for the second time',
      sight(unseen(10)),
      { ...IN, streak: 1 },
      'down 0% unreachable: timeout',
    ],
    ['stale at once', sight(lagging(0, 6)), IN, 'up 0% stale: last reading 4.0s old, over 3s'],
    [
      'the writer, whatever it was before',
      sight(primary(10)),
      IN,
      'up 0% writer: the writer, which takes no reads here',
    ],
    [
      'a writer that is stale is no writer',
      sight(primary(6)),
      IN,
      'up 0% stale: last reading 4.0s old, over 3s',
    ],
  ])('%s', (_why, known, before, says) => {
    expect(draft(known, before)).toBe(says)
  })

  it('gives the writer its weight as a reader', () => {
    expect(draft(sight(primary(10)), IN, { writerWeight: 30 })).toBe('up 30% writer: the writer')
  })

  it('takes the smaller of the weights for lag and for the ramp', () => {
    const changes = { weightByLag: true }
    expect(draft(sight(lagging(7.5, 10)), IN, changes)).toBe('up 50% ok: lag 7.5s')
    expect(draft(sight(lagging(7.5, 10)), { ...IN, rampSince: at(8) }, changes)).toBe(
      'up 10% ramp: lag 7.5s, ramping',
    )
  })

  it('makes a demoted writer rise and ramp like any replica', () => {
    const asWriter = draftReader(facts(sight(primary(10))), IN, policy({ rise: 2 }), NOW)
    expect(asWriter.damping).toEqual({ in: false, streak: 0, countedAt: at(10), rampSince: null })
    expect(asWriter.isWriter).toBe(true)
    expect(draftReader(facts(sight(lagging(0, 10))), IN, policy(), NOW).isWriter).toBe(false)
  })

  it('counts a server that was never read from now on', () => {
    const unread = draftReader(facts(NEVER_SEEN), null, policy(), NOW)
    expect(unread.damping.countedAt).toBe(NOW)
    expect(standingOf(unread.verdict)).toBe('hard_out')
  })
})
