import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Damping, damp, rampWeight } from '../../src/core/damping.ts'
import { at } from './builders.ts'

const POLICY = { rise: 3, fall: 2, ramp: 20 }

function run(fits: readonly boolean[], start: Damping | null): readonly boolean[] {
  let damping = start
  return fits.map((fit, index) => {
    damping = damp(damping, { fit, at: at(index + 1), urgent: false }, POLICY, at(index + 1))
    return damping.in
  })
}

const IN: Damping = { in: true, streak: 0, countedAt: at(0), rampSince: null }
const OUT: Damping = { in: false, streak: 0, countedAt: at(0), rampSince: null }

describe('damp', () => {
  it.each`
    readings                                               | start   | inAfterEach                                               | why
    ${[true]}                                              | ${null} | ${[true]}                                                 | ${'the first reading decides'}
    ${[false]}                                             | ${null} | ${[false]}                                                | ${'the first reading decides'}
    ${[false, true, false, true]}                          | ${IN}   | ${[true, true, true, true]}                               | ${'single bad readings are forgiven'}
    ${[false, false]}                                      | ${IN}   | ${[true, false]}                                          | ${'fall bad readings in a row'}
    ${[true, true, false, true, true, true]}               | ${OUT}  | ${[false, false, false, false, false, true]}              | ${'rise good readings in a row'}
    ${[false, false, true, true, false, true, true, true]} | ${IN}   | ${[true, false, false, false, false, false, false, true]} | ${'a bad one starts the count again'}
  `('$readings: $why', ({ readings, start, inAfterEach }) => {
    expect(run(readings, start)).toEqual(inAfterEach)
  })

  it('counts a reading once, however often it is looked at', () => {
    const once = damp(IN, { fit: false, at: at(1), urgent: false }, POLICY, at(1))
    const twice = damp(once, { fit: false, at: at(1), urgent: false }, POLICY, at(1.5))
    expect(twice).toEqual({ in: true, streak: 1, countedAt: at(1), rampSince: null })
  })

  it('does not count a reading that is older than the last one', () => {
    const after = damp({ ...IN, countedAt: at(5) }, { fit: false, at: at(4), urgent: false }, POLICY, at(6))
    expect(after).toEqual({ ...IN, countedAt: at(5) })
  })

  it('acts at once when it is urgent, even on a reading that was counted', () => {
    const after = damp({ ...IN, countedAt: at(1) }, { fit: false, at: at(1), urgent: true }, POLICY, at(9))
    expect(after).toEqual({ in: false, streak: 0, countedAt: at(1), rampSince: null })
  })

  it('begins the ramp at the moment of the return', () => {
    const almost: Damping = { ...OUT, streak: 2 }
    expect(damp(almost, { fit: true, at: at(7), urgent: false }, POLICY, at(7.2))).toEqual({
      in: true,
      streak: 0,
      countedAt: at(7),
      rampSince: at(7.2),
    })
  })

  it('has no ramp where none is configured', () => {
    const almost: Damping = { ...OUT, streak: 2 }
    const after = damp(almost, { fit: true, at: at(7), urgent: false }, { ...POLICY, ramp: 0 }, at(7))
    expect(after.rampSince).toBeNull()
  })

  it('ends the ramp when it leaves', () => {
    const ramping: Damping = { ...IN, streak: 1, rampSince: at(0) }
    expect(damp(ramping, { fit: false, at: at(1), urgent: false }, POLICY, at(1)).rampSince).toBeNull()
  })

  it('keeps the ramp through a single bad reading', () => {
    const ramping: Damping = { ...IN, rampSince: at(0) }
    expect(damp(ramping, { fit: false, at: at(1), urgent: false }, POLICY, at(1)).rampSince).toBe(at(0))
  })

  it('forgets the ramp at the top', () => {
    const ramping: Damping = { ...IN, rampSince: at(0) }
    expect(damp(ramping, { fit: true, at: at(10), urgent: false }, POLICY, at(10)).rampSince).toBe(at(0))
    expect(damp(ramping, { fit: true, at: at(20), urgent: false }, POLICY, at(20)).rampSince).toBeNull()
  })

  it('ends the streak on a reading that agrees', () => {
    const after = damp({ ...IN, streak: 1 }, { fit: true, at: at(1), urgent: false }, POLICY, at(1))
    expect(after).toEqual({ in: true, streak: 0, countedAt: at(1), rampSince: null })
  })

  it('never turns before its streak is full', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.boolean(), (fits, startsIn) => {
        let before = startsIn
        run(fits, startsIn ? IN : OUT).forEach((isIn, index) => {
          if (isIn === before) return
          const needed = isIn ? POLICY.rise : POLICY.fall
          expect(fits.slice(index + 1 - needed, index + 1)).toEqual(Array(needed).fill(isIn))
          before = isIn
        })
      }),
    )
  })
})

describe('rampWeight', () => {
  it.each`
    seconds | weight
    ${0}    | ${10}
    ${2.2}  | ${10}
    ${2.3}  | ${20}
    ${10}   | ${50}
    ${17.7} | ${80}
    ${17.8} | ${90}
    ${19.9} | ${90}
    ${20}   | ${100}
    ${99}   | ${100}
  `('is $weight % after $seconds of 20 s', ({ seconds, weight }) => {
    expect(rampWeight(at(0), 20, at(seconds))).toBe(weight)
  })

  it('is full without a ramp', () => {
    expect(rampWeight(null, 20, at(0))).toBe(100)
    expect(rampWeight(at(0), 0, at(0))).toBe(100)
  })

  it('is at its foot when the clock seems to have gone back', () => {
    expect(rampWeight(at(5), 20, at(4))).toBe(10)
  })
})
