import { describe, expect, it } from 'vitest'
import { formatLag, lagLimit, lagOf, weightForLag, worstChannelLag } from '../../src/core/lag.ts'
import { beating, channel, lagging, policy, primary, seen } from './builders.ts'

describe('lagOf', () => {
  const beat = (seconds: number) => ({ kind: 'lag', seconds }) as const
  it.each([
    ['the replica says so', lagging(3, 1), 3],
    ['a primary has none', primary(1), null],
    ['NULL is unknown, not 0', seen(1, { channels: [channel({ lag: null })] }), null],
    ['the worst of several channels', seen(1, { channels: [channel({ lag: 2 }), channel({ lag: 7 })] }), 7],
    [
      'one NULL among several is unknown',
      seen(1, { channels: [channel({ lag: 2 }), channel({ lag: null })] }),
      null,
    ],
    ['a stopped SQL thread proves nothing', seen(1, { channels: [channel({ sql: 'stopped' })] }), null],
    [
      'an IO thread that looks for its source proves nothing',
      seen(1, { channels: [channel({ io: 'connecting' })] }),
      null,
    ],
    ['the heartbeat is exact', beating(beat(0.3), 1), 0.3],
    ['the heartbeat grows while the replica still says 0', beating(beat(42), 1, { lag: 0 }), 42],
    ['the heartbeat is good although NULL is said', beating(beat(4), 1, { lag: null }), 4],
    ['the heartbeat is good although a thread is stopped', beating(beat(4), 1, { io: 'stopped', lag: 9 }), 4],
    ['whole seconds may say one too many', beating(beat(0.2), 1, { lag: 1 }), 0.2],
    [
      'a channel that is clearly further behind overrules the heartbeat',
      beating(beat(0.2), 1, { lag: 9 }),
      8,
    ],
    ['a missing heartbeat is unknown', beating({ kind: 'missing', text: 'no row' }, 1), null],
  ])('%s', (_why, reading, lag) => {
    expect(lagOf(reading)).toBe(lag)
  })
})

it('takes the worst channel, and NULL for unknown', () => {
  expect(worstChannelLag([channel({ lag: 1 }), channel({ lag: 4 }), channel({ lag: 2 })])).toBe(4)
  expect(worstChannelLag([channel({ lag: 1 }), channel({ lag: null })])).toBeNull()
  expect(worstChannelLag([])).toBe(0)
})

it('is stricter towards a server that is out', () => {
  expect(lagLimit(policy(), true)).toBe(10)
  expect(lagLimit(policy(), false)).toBe(5)
})

describe('weightForLag', () => {
  it.each`
    lag    | weight | why
    ${0}   | ${100} | ${'fresh'}
    ${5}   | ${100} | ${'at recover_lag'}
    ${5.4} | ${100} | ${'less than a tenth of the way'}
    ${5.6} | ${90}  | ${'a tenth of the way'}
    ${7.5} | ${50}  | ${'half way'}
    ${9.9} | ${10}  | ${'almost at max_lag'}
    ${10}  | ${10}  | ${'at max_lag'}
    ${99}  | ${10}  | ${'beyond max_lag, while its fall is counted'}
  `('gives $weight % at $lag s ($why)', ({ lag, weight }) => {
    expect(weightForLag(lag, policy({ weightByLag: true }))).toBe(weight)
  })

  it('leaves the weight alone unless asked to', () => {
    expect(weightForLag(9, policy())).toBe(100)
  })

  it('knows no way between two equal limits', () => {
    const strict = policy({ weightByLag: true, maxLag: 5, recoverLag: 5 })
    expect(weightForLag(5, strict)).toBe(100)
    expect(weightForLag(5.1, strict)).toBe(10)
  })
})

it('shows one decimal', () => {
  expect(formatLag(0.25)).toBe('0.3s')
  expect(formatLag(12)).toBe('12.0s')
})
