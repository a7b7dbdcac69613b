import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeFloor, keepFloor } from '../../src/core/floor.ts'
import type { PoolPolicy } from '../../src/core/pool.ts'
import type { Draft } from '../../src/core/reader.ts'
import { down, standingOf, up, type Verdict } from '../../src/core/verdict.ts'
import { at, policy } from './builders.ts'

function draft(verdict: Verdict, staleness: number | null, isWriter = false): Draft {
  return {
    verdict,
    staleness,
    isWriter,
    damping: { in: false, streak: 0, countedAt: at(0), rampSince: null },
  }
}

const fit = draft(up(100, 'ok', 'lag 0.1s'), 0.1)
const late = (staleness: number) => draft(up(0, 'lag', `lag ${staleness}s over 10s`), staleness)
const gone = draft(down('unreachable', 'refused'), null)
const writer = draft(up(0, 'writer', 'the writer'), null, true)

/** Weights and codes, such as `100 ok, 0 lag`. */
function floorOf(
  drafts: readonly Draft[],
  changes: Partial<PoolPolicy>,
  kept: readonly boolean[] = [],
): string {
  const verdicts = keepFloor(drafts, kept, policy(changes))
  return verdicts.map(({ weightPercent, reason }) => `${weightPercent} ${reason.code}`).join(', ')
}

describe('keepFloor', () => {
  it.each([
    ['leaves a pool alone that has enough', [fit, late(20)], { minServers: 1 }, '100 ok, 0 lag'],
    ['leaves a pool alone that needs none', [late(20)], { minServers: 0 }, '0 lag'],
    ['keeps the least-lagged', [late(30), late(20), late(25)], { minServers: 1 }, '0 lag, 100 floor, 0 lag'],
    [
      'keeps as many as are missing',
      [late(30), late(20), late(25)],
      { minServers: 2 },
      '0 lag, 100 floor, 100 floor',
    ],
    [
      'gives them less while fit ones serve beside them',
      [fit, late(20)],
      { minServers: 2 },
      '100 ok, 50 floor',
    ],
    ['keeps the first of two alike', [late(20), late(20)], { minServers: 1 }, '100 floor, 0 lag'],
    ['keeps one at the very limit', [late(600)], { minServers: 1 }, '100 floor'],
    ['lets go beyond max_staleness', [late(600.1)], { minServers: 1 }, '0 lag'],
    ['never keeps one that must not be kept', [gone, writer], { minServers: 2 }, '0 unreachable, 0 writer'],
    [
      'keeps what there is when there is too little',
      [gone, late(20)],
      { minServers: 2 },
      '0 unreachable, 100 floor',
    ],
    [
      'falls back to the writer when nothing is left',
      [gone, writer],
      { minServers: 1, writerFallback: 20 },
      '0 unreachable, 20 writer_fallback',
    ],
    [
      'prefers a kept server to the writer',
      [late(20), writer],
      { minServers: 1, writerFallback: 20 },
      '100 floor, 0 writer',
    ],
    [
      'prefers one fit server to the writer',
      [fit, gone, writer],
      { minServers: 2, writerFallback: 20 },
      '100 ok, 0 unreachable, 0 writer',
    ],
    [
      'does not fall back to one of two writers',
      [writer, writer],
      { minServers: 1, writerFallback: 20 },
      '0 writer, 0 writer',
    ],
    ['has nobody to fall back to', [gone], { minServers: 1, writerFallback: 20 }, '0 unreachable'],
  ])('%s', (_what, drafts, changes, says) => {
    expect(floorOf(drafts, changes)).toBe(says)
  })

  it('falls back to the writer even where no server is demanded', () => {
    expect(floorOf([gone, writer], { minServers: 0, writerFallback: 20 })).toBe(
      '0 unreachable, 20 writer_fallback',
    )
  })

  it('does not let two servers that lag alike take turns', () => {
    const changes = { minServers: 1, recoverLag: 5 }
    expect(floorOf([late(20), late(18)], changes, [true, false])).toBe('100 floor, 0 lag')
    expect(floorOf([late(20), late(15)], changes, [true, false])).toBe('100 floor, 0 lag')
    expect(floorOf([late(20), late(14.9)], changes, [true, false])).toBe('0 lag, 100 floor')
  })

  it('says why the server should leave and why it stays', () => {
    const [one] = keepFloor([late(20)], [], policy({ minServers: 1 }))
    expect(one?.reason.text).toBe('floor: lag 20s over 10s; kept, the pool needs 1 server')
    const [two] = keepFloor([late(20)], [], policy({ minServers: 2 }))
    expect(two?.reason.text).toBe('floor: lag 20s over 10s; kept, the pool needs 2 servers')
  })

  it('says that the writer serves reads, and how many', () => {
    const [only] = keepFloor([writer], [], policy({ minServers: 1, writerFallback: 20 }))
    expect(only?.reason.text).toBe('the writer serves reads at 20%: no other server is left')
  })

  it('leaves at least min_servers in where there are as many candidates', () => {
    const anyDraft = fc.oneof(
      fc.constant(fit),
      fc.constant(gone),
      fc.double({ min: 0, max: 1200, noNaN: true }).map(late),
    )
    fc.assert(
      fc.property(fc.array(anyDraft, { maxLength: 8 }), fc.nat(8), (drafts, minServers) => {
        const verdicts = keepFloor(drafts, [], policy({ minServers }))
        const inService = verdicts.filter((verdict) => standingOf(verdict) === 'in').length
        const candidates = drafts.filter(({ staleness }) => staleness !== null && staleness <= 600).length
        expect(inService).toBeGreaterThanOrEqual(Math.min(minServers, candidates))
        for (const { weightPercent } of verdicts) {
          expect(weightPercent).toBeGreaterThanOrEqual(0)
          expect(weightPercent).toBeLessThanOrEqual(100)
        }
      }),
    )
  })
})

it('states its rule in words', () => {
  expect(describeFloor(policy({ minServers: 2 }))).toBe(
    'at least 2, unless their data could be older than 10m',
  )
})
