// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables as users write them

import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress } from '../../src/config/address.ts'
import { describePath, quote } from '../../src/config/path.ts'
import { suggest } from '../../src/config/suggest.ts'
import { expandVariables } from '../../src/config/variables.ts'

describe('addresses', () => {
  it.each`
    text                   | host             | port
    ${'db1'}               | ${'db1'}         | ${3306}
    ${'DB1.Example:1'}     | ${'db1.example'} | ${1}
    ${'10.0.0.1:65535'}    | ${'10.0.0.1'}    | ${65535}
    ${'[::1]'}             | ${'::1'}         | ${3306}
    ${'[2001:DB8::1]:307'} | ${'2001:db8::1'} | ${307}
  `('$text is $host, port $port', ({ text, host, port }) => {
    const address = parseAddress(text, { fallback: 3306, lowest: 1 })
    expect(address).toEqual({ host, port })
    if (typeof address !== 'string')
      expect(parseAddress(formatAddress(address), { fallback: null, lowest: 1 })).toEqual(address)
  })

  it.each([
    '',
    ':3306',
    'db1:',
    'db1:x',
    '-db',
    '[db1]:1',
    '[]:1',
    '1.2.3:1',
    '1.2.3.4.5',
    'a b',
    'db1:123456',
    '::1',
  ])('%o is refused', (text) => {
    expect(parseAddress(text, { fallback: 3306, lowest: 1 })).toBeTypeOf('string')
  })
})

describe('variables', () => {
  const env = { A: 'one', EMPTY: '', NESTED: '${A}' }
  it.each`
    text           | expanded
    ${'x'}         | ${'x'}
    ${'<${A}>'}    | ${'<one>'}
    ${'${A}${A}'}  | ${'oneone'}
    ${'${EMPTY}'}  | ${''}
    ${'$${A}'}     | ${'${A}'}
    ${'$A $'}      | ${'$A $'}
    ${'${NESTED}'} | ${'${A}'}
  `('$text becomes $expanded', ({ text, expanded }) => {
    expect(expandVariables(text, env)).toEqual({ text: expanded, faults: [] })
  })

  it('names each variable that is not set, inherited properties included', () => {
    expect(expandVariables('${B}${toString}', env).faults).toEqual([
      'environment variable B is not set',
      'environment variable toString is not set',
    ])
    expect(expandVariables('${', env).faults).toHaveLength(1)
    expect(expandVariables('${1}', env).faults).toHaveLength(1)
  })
})

it.each`
  name          | suggestion
  ${'max_lagg'} | ${'max_lag'}
  ${'maxLag'}   | ${'max_lag'}
  ${'MAX-LAG'}  | ${'max_lag'}
  ${'ramps'}    | ${'ramp'}
  ${'colour'}   | ${null}
  ${''}         | ${null}
`('for "$name" suggests $suggestion', ({ name, suggestion }) => {
  expect(suggest(name, ['ramp', 'max_age', 'max_lag', 'role'])).toBe(suggestion)
})

it('names places as people do', () => {
  expect(describePath(['mysql', 'tls', 'ca'])).toBe('mysql.tls.ca')
  expect(describePath(['pools', 'ro'])).toBe('pool "ro"')
  expect(describePath(['pools', 'ro', 'servers', 1])).toBe('pool "ro": servers')
  expect(describePath(['servers', 'db1', 'tags', 'zone'])).toBe('server "db1": tags.zone')
  expect(quote(`a\n${'b'.repeat(100)}`)).toBe(`"a\\n${'b'.repeat(58)}..."`)
})
