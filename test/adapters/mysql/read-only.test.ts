import { expect, it } from 'vitest'
import { parseWritable } from '../../../src/adapters/mysql/read-only.ts'

const BOTH = ['read_only', 'super_read_only']

it.each`
  row                                         | variables        | writable | why
  ${{ read_only: '0' }}                       | ${['read_only']} | ${true}  | ${'off'}
  ${{ read_only: 'OFF' }}                     | ${['read_only']} | ${true}  | ${'off, MariaDB 12'}
  ${{ read_only: '1' }}                       | ${['read_only']} | ${false} | ${'on'}
  ${{ read_only: 'ON' }}                      | ${['read_only']} | ${false} | ${'on, MariaDB 12'}
  ${{ read_only: 'NO_LOCK' }}                 | ${['read_only']} | ${false} | ${'on and more'}
  ${{ read_only: 'NO_LOCK_NO_ADMIN' }}        | ${['read_only']} | ${false} | ${'on for everybody'}
  ${{ read_only: 'SOMETHING_NEW' }}           | ${['read_only']} | ${false} | ${'not off'}
  ${{ read_only: '0', super_read_only: '0' }} | ${BOTH}          | ${true}  | ${'neither'}
  ${{ read_only: '1', super_read_only: '0' }} | ${BOTH}          | ${false} | ${'super users may still write'}
  ${{ read_only: '0', super_read_only: '1' }} | ${BOTH}          | ${false} | ${'impossible, but not writable'}
`('$row is writable: $writable ($why)', ({ row, variables, writable }) => {
  expect(parseWritable(row, variables)).toBe(writable)
})

it.each`
  row                                          | problem
  ${{ read_only: null, super_read_only: '0' }} | ${'@@global.read_only is NULL'}
  ${{ read_only: '0', super_read_only: '' }}   | ${'@@global.super_read_only is NULL'}
  ${{ read_only: '0' }}                        | ${'no @@global.super_read_only in the answer'}
  ${undefined}                                 | ${'no @@global.read_only in the answer'}
`('does not guess at $row: $problem', ({ row, problem }) => {
  expect(() => parseWritable(row, BOTH)).toThrow(problem)
})
