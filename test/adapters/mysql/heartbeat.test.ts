import { describe, expect, it } from 'vitest'
import {
  explainHeartbeatError,
  formatHeartbeatStatement,
  parseHeartbeat,
} from '../../../src/adapters/mysql/heartbeat.ts'
import { createServerError } from './server-errors.ts'

const table = { table: 'percona.heartbeat', utc: true }

describe('the statement', () => {
  it.each`
    name                   | utc      | expected
    ${'percona.heartbeat'} | ${true}  | ${'UTC_TIMESTAMP(6))) AS age FROM `percona`.`heartbeat`'}
    ${'percona.heartbeat'} | ${false} | ${', NOW(6))) AS age FROM `percona`.`heartbeat`'}
    ${'a`b.c'}             | ${true}  | ${'FROM `a``b`.`c`'}
  `('$name, utc $utc: $expected', ({ name, utc, expected }) => {
    expect(formatHeartbeatStatement({ table: name, utc })).toContain(expected)
  })
})

describe('the answer', () => {
  it.each`
    age              | seconds
    ${'0'}           | ${0}
    ${'503026'}      | ${0.503026}
    ${'-1000000'}    | ${0}
    ${'86400000000'} | ${86400}
  `('an age of $age us is a lag of $seconds s', ({ age, seconds }) => {
    expect(parseHeartbeat({ beats: '2', age }, table)).toEqual({ kind: 'lag', seconds })
  })

  it.each`
    row                                   | text
    ${{ beats: '1', age: '-3600000000' }} | ${'heartbeat is 3600.0s in the future: clocks differ, or it was written without --utc'}
    ${{ beats: '1', age: '-1000001' }}    | ${'heartbeat is 1.0s in the future: clocks differ, or it was written without --utc'}
    ${{ beats: '0', age: null }}          | ${'heartbeat table percona.heartbeat is empty'}
    ${undefined}                          | ${'heartbeat table percona.heartbeat is empty'}
    ${{ beats: '2', age: null }}          | ${'no ts in heartbeat table percona.heartbeat reads as a time'}
    ${{ beats: '2', age: 'much' }}        | ${'no ts in heartbeat table percona.heartbeat reads as a time'}
    ${{ beats: '2' }}                     | ${'no ts in heartbeat table percona.heartbeat reads as a time'}
  `('$row: $text', ({ row, text }) => {
    expect(parseHeartbeat(row, table)).toEqual({ kind: 'missing', text })
  })
})

describe('a refusal', () => {
  it.each`
    number  | message                      | text
    ${1146} | ${"Table doesn't exist"}     | ${'heartbeat table percona.heartbeat does not exist'}
    ${1049} | ${'Unknown database'}        | ${'heartbeat table percona.heartbeat does not exist'}
    ${1142} | ${'SELECT command denied'}   | ${'heartbeat: GRANT SELECT ON percona.heartbeat is missing'}
    ${1143} | ${'SELECT command denied'}   | ${'heartbeat: GRANT SELECT ON percona.heartbeat is missing'}
    ${1054} | ${"Unknown column 'ts'\nin"} | ${"heartbeat: Unknown column 'ts' in (error 1054)"}
  `('with error $number leaves the rest of the reading alone', ({ number, message, text }) => {
    expect(explainHeartbeatError(createServerError(number, message), table)).toEqual({
      kind: 'missing',
      text,
    })
  })

  it.each([
    [createServerError(1053, 'Server shutdown in progress')],
    [createServerError(1927, 'Connection was killed')],
    [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104 })],
    ['not even an error'],
  ])('is not what %s is', (error) => {
    expect(explainHeartbeatError(error, table)).toBeNull()
  })
})
