import { describe, expect, it } from 'vitest'
import { isAtLeast, parseVersion } from '../../../src/adapters/mysql/version.ts'

describe('parseVersion', () => {
  it.each`
    version                              | comment                           | family       | number
    ${'10.11.19-MariaDB-0+deb12u1-log'}  | ${'Debian 12'}                    | ${'mariadb'} | ${[10, 11, 19]}
    ${'5.5.5-10.3.39-MariaDB-0+deb10u1'} | ${'Debian 10'}                    | ${'mariadb'} | ${[10, 3, 39]}
    ${'5.5.5-MariaDB'}                   | ${'Source distribution'}          | ${'mariadb'} | ${[5, 5, 5]}
    ${'12.0.2-MariaDB-ubu2404'}          | ${'mariadb.org binary'}           | ${'mariadb'} | ${[12, 0, 2]}
    ${'11.4.5'}                          | ${'managed MariaDB Server'}       | ${'mariadb'} | ${[11, 4, 5]}
    ${'5.7.44-log'}                      | ${'MySQL Community Server (GPL)'} | ${'mysql'}   | ${[5, 7, 44]}
    ${'5.7.44-48-log'}                   | ${'Percona Server (GPL)'}         | ${'mysql'}   | ${[5, 7, 44]}
    ${'8.0.36-28'}                       | ${'Percona Server (GPL)'}         | ${'mysql'}   | ${[8, 0, 36]}
    ${'8.0.33-25.1'}                     | ${'Percona XtraDB Cluster'}       | ${'mysql'}   | ${[8, 0, 33]}
    ${'8.0.mysql_aurora.3.05.2'}         | ${null}                           | ${'mysql'}   | ${[8, 0, 0]}
    ${'9.7.4-2'}                         | ${'(Debian)'}                     | ${'mysql'}   | ${[9, 7, 4]}
  `('takes $version ($comment) for $family $number', ({ version, comment, family, number }) => {
    expect(parseVersion({ version, comment })).toEqual({ family, number })
  })

  it.each([[{ version: 'nonsense', comment: null }], [{ version: null, comment: null }], [{}], [undefined]])(
    'refuses %o',
    (row) => {
      expect(() => parseVersion(row)).toThrow('cannot tell the version of the server')
    },
  )
})

describe('isAtLeast', () => {
  it.each`
    number        | least         | expected
    ${[8, 0, 22]} | ${[8, 0, 22]} | ${true}
    ${[8, 0, 21]} | ${[8, 0, 22]} | ${false}
    ${[8, 1, 0]}  | ${[8, 0, 22]} | ${true}
    ${[9, 0, 0]}  | ${[8, 0, 22]} | ${true}
    ${[5, 7, 44]} | ${[8, 0, 22]} | ${false}
    ${[10, 5, 8]} | ${[10, 5, 9]} | ${false}
    ${[11, 0, 0]} | ${[10, 5, 9]} | ${true}
  `('$number is at least $least: $expected', ({ number, least, expected }) => {
    expect(isAtLeast({ family: 'mysql', number }, ...(least as [number, number, number]))).toBe(expected)
  })
})
