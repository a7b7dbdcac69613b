import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elapsed, formatDuration, monotonicMs, parseDuration } from '../../src/core/units.ts'

describe('parseDuration', () => {
  it.each`
    text        | seconds
    ${'500ms'}  | ${0.5}
    ${'1ms'}    | ${0.001}
    ${'5s'}     | ${5}
    ${'1.5s'}   | ${1.5}
    ${'0.29s'}  | ${0.29}
    ${'10m'}    | ${600}
    ${'2h'}     | ${7200}
    ${'7d'}     | ${604_800}
    ${'0s'}     | ${0}
    ${' 5s '}   | ${5}
    ${'3650d'}  | ${315_360_000}
    ${'3651d'}  | ${null}
    ${'5'}      | ${null}
    ${''}       | ${null}
    ${'s'}      | ${null}
    ${'-5s'}    | ${null}
    ${'+5s'}    | ${null}
    ${'5 s'}    | ${null}
    ${'5S'}     | ${null}
    ${'5sec'}   | ${null}
    ${'.5s'}    | ${null}
    ${'5.s'}    | ${null}
    ${'5s5s'}   | ${null}
    ${'x5s'}    | ${null}
    ${'1e3s'}   | ${null}
    ${'NaNs'}   | ${null}
    ${'5s\n6s'} | ${null}
  `('reads "$text" as $seconds', ({ text, seconds }) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  it('never throws and never returns a negative or endless duration', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const seconds = parseDuration(text)
        return seconds === null || (seconds >= 0 && Number.isFinite(seconds))
      }),
    )
  })
})

describe('formatDuration', () => {
  it.each`
    seconds   | text
    ${0}      | ${'0s'}
    ${0.001}  | ${'1ms'}
    ${0.5}    | ${'500ms'}
    ${1}      | ${'1s'}
    ${1.5}    | ${'1.5s'}
    ${59}     | ${'59s'}
    ${60}     | ${'1m'}
    ${90}     | ${'90s'}
    ${3600}   | ${'1h'}
    ${5400}   | ${'90m'}
    ${86_400} | ${'1d'}
  `('writes $seconds s as $text', ({ seconds, text }) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it('is read back as the same duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3650 * 86_400 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), (ms) => {
        expect(parseDuration(formatDuration(ms / 1000))).toBe(ms / 1000)
      }),
    )
  })
})

it('measures seconds between two moments, backwards too', () => {
  expect(elapsed(monotonicMs(500), monotonicMs(2000))).toBe(1.5)
  expect(elapsed(monotonicMs(2000), monotonicMs(500))).toBe(-1.5)
})
