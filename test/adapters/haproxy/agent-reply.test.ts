import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatReply, formatUnknown, toComment } from '../../../src/adapters/haproxy/agent-reply.ts'
import { createReplyEncoder } from '../../../src/adapters/haproxy/replies.ts'
import { takeSnapshot } from '../../../src/core/snapshot.ts'
import { down, up } from '../../../src/core/verdict.ts'
import { fleet, instant, lagging, readers } from '../../core/builders.ts'

describe('formatReply', () => {
  it.each([
    [up(100, 'ok', 'lag 0.2s'), 'up 100% # lag 0.2s\n'],
    [up(0, 'lag', 'lag 12.3s over 5s'), 'up 0% # lag 12.3s over 5s\n'],
    [
      down('split_brain', 'no writer: db1 and db2 are both writable'),
      'down # no writer: db1 and db2 are both writable\n',
    ],
    [down('unreachable', 'zwei\nZeilen, Grüße'), 'down # zwei?Zeilen, Gr?e\n'],
  ])('%j is %j', (verdict, line) => {
    expect(formatReply(verdict)).toBe(line)
  })

  it('is one line of ASCII with a space before the hash, and never says what belongs to humans', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 400 })
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 100 }), fc.boolean(), (text, weight, isDown) => {
        const line = formatReply(isDown ? down('lag', text) : up(weight, 'lag', text))
        expect(line).toMatch(/^(down|up \d{1,3}%) # [\x20-\x7e]{0,200}\n$/)
      }),
    )
  })
})

it('cuts a comment that is too long and says so', () => {
  expect(toComment('x'.repeat(200))).toBe('x'.repeat(200))
  expect(toComment('x'.repeat(201))).toBe(`${'x'.repeat(197)}...`)
  expect(formatUnknown('a\nb')).toBe('down # unknown pool/server "a?b"\n')
})

describe('createReplyEncoder', () => {
  it('encodes a verdict once, and withholds what is awaited or undecided', () => {
    const pool = readers(['db1', 'db2'])
    const world = fleet(pool)
    const encode = createReplyEncoder()
    const replies = (seconds: number) => encode(takeSnapshot(world.state(), [pool], instant(seconds)))
    expect(replies(0).get('ro/db1')).toBeNull()
    world.advance(0.5, { db1: lagging(0, 0.5), db2: lagging(1, 0.5) })
    const first = replies(0.5)
    expect(String(first.get('ro/db2'))).toBe('up 100% # lag 1.0s\n')
    world.advance(1, { db1: lagging(0, 1), db2: lagging(2, 1) })
    expect(replies(1).get('ro/db1')).toBe(first.get('ro/db1'))
    expect(String(replies(1).get('ro/db2'))).toBe('up 100% # lag 2.0s\n')
    world.advance(9)
    expect(replies(9).get('ro/db1')).toBeNull()
    expect(replies(9).get('no/such')).toBeUndefined()
  })
})
