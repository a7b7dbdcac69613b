// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables as users write them

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblem } from '../../src/config/problem.ts'

const folder = mkdtempSync(join(tmpdir(), 'poolguard-fuzz-'))
const path = join(folder, 'poolguard.yaml')
afterAll(() => rmSync(folder, { recursive: true }))

const SECRET = 'qXz7secret7zXq'

/** Loads any text and checks what must hold for every text. */
function check(text: string): void {
  writeFileSync(path, text)
  const loaded = loadConfig(path, { HOME: '/root', SECRET })
  if (loaded.ok) return
  expect(loaded.problems.length).toBeGreaterThan(0)
  const lines = loaded.problems.map(formatProblem)
  expect(lines.filter((line) => !/^poolguard\.yaml:(\d+:\d+:)? \S[^\n]*$/.test(line))).toEqual([])
  expect(lines.filter((line) => line.includes(SECRET))).toEqual([])
}

const keys = fc.constantFrom(
  ...['cluster', 'listen', 'agent', 'http', 'mysql', 'servers', 'db1', 'address', 'password', 'tls', 'ca'],
  ...[
    'heartbeat',
    'table',
    'pools',
    'ro',
    'role',
    'max_lag',
    'max_age',
    'min_servers',
    '__proto__',
    'toString',
  ],
)
const scalars = fc.oneof(
  fc.constantFrom(
    'reader',
    'writer',
    'db1',
    '5s',
    '20%',
    '10.0.0.1:3306',
    'toString',
    '__proto__',
    '${SECRET}',
    '${X}',
  ),
  fc.constantFrom<unknown>(null, true, false, 0, 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300),
  fc.string(),
)
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    scalars,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(keys, fc.string()), tie('tree'), { maxKeys: 6 }),
  ),
}))
const nearlyRight = fc.record(
  {
    cluster: fc.constant('shop'),
    listen: tree,
    mysql: fc.oneof(tree, fc.dictionary(keys, tree)),
    servers: fc.dictionary(fc.constantFrom('db1', 'db2', 'toString'), fc.dictionary(keys, tree)),
    pools: fc.dictionary(fc.constantFrom('ro', 'rw'), fc.dictionary(keys, tree)),
  },
  { requiredKeys: [] },
)
const fragments = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ': ',
        '- ',
        '\n',
        '\n  ',
        '{',
        '}',
        '[',
        ']',
        ', ',
        '"',
        "'",
        '&a ',
        '*a',
        '!t ',
        '|\n',
        '? ',
      ),
      fc.constantFrom(
        '---\n',
        '...\n',
        '%YAML 1.1\n',
        '<<: ',
        '# ',
        '\t',
        '\0',
        '\ufeff',
        '\u2028',
        '${',
        '1',
        '~',
      ),
      keys,
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''))

it('makes a verdict on any text, without throwing', { timeout: 60_000 }, () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fragments), check), { numRuns: 1000 })
})

it('makes a verdict on any YAML, without throwing', { timeout: 60_000 }, () => {
  const documents = fc
    .oneof(tree, nearlyRight)
    .map((value) => stringify(value, { aliasDuplicateObjects: true }))
  fc.assert(fc.property(documents, check), { numRuns: 500 })
})

it('never shows a secret that ended up in the wrong place', { timeout: 60_000 }, () => {
  const spellings = fc.constantFrom(
    SECRET,
    `"${SECRET}"`,
    '${SECRET}',
    `*${SECRET}`,
    `!${SECRET} x`,
    `@${SECRET}`,
    `[${SECRET}]`,
  )
  const places = fc.constantFrom(
    'password: ',
    'password:',
    'password : ',
    'password: x: ',
    'password: - ',
    '- password: ',
    'password: "',
  )
  fc.assert(
    fc.property(
      places,
      spellings,
      fc.constantFrom('\n  timeout: 1', '', ' : x', '"', '\n- a'),
      (place, secret, end) => {
        check(`cluster: shop\nmysql:\n  ${place}${secret}${end}\nservers: {}\n`)
      },
    ),
    { numRuns: 300 },
  )
})

it.each(['[', '{a: ', '- ', '? ', '{"', '&a [', '- - ', ': ', '!!map {'])('survives 1 MiB of %o', (part) => {
  check(part.repeat(Math.floor((1024 * 1024) / part.length)))
})

it('refuses very many aliases before it follows them', { timeout: 60_000 }, () => {
  check(`a: &a 1\nb: [${'*a,'.repeat(100_000)}]`)
})

it('points at a key among very many in reasonable time', { timeout: 60_000 }, () => {
  check(Array.from({ length: 10_000 }, (_, index) => `key${index}: 1`).join('\n'))
})
