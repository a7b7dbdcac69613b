import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblem } from '../../src/config/problem.ts'

const folder = mkdtempSync(join(tmpdir(), 'poolguard-secrets-'))
afterAll(() => rmSync(folder, { recursive: true }))

function loadPassword(content: string, mode: number): string {
  writeFileSync(join(folder, 'password'), content)
  chmodSync(join(folder, 'password'), mode)
  const path = join(folder, 'poolguard.yaml')
  const lines = [
    'cluster: shop',
    'servers: { db1: { address: db1, password_file: password } }',
    'pools: { ro: { role: reader, servers: [db1] } }',
  ]
  writeFileSync(path, lines.join('\n'))
  const loaded = loadConfig(path, {})
  return loaded.ok
    ? `read ${loaded.config.servers[0]?.target.password}`
    : loaded.problems.map(formatProblem).join()
}

it.each`
  content         | mode     | outcome
  ${'s3cret'}     | ${0o600} | ${/^read s3cret$/}
  ${'s3cret\n'}   | ${0o640} | ${/^read s3cret$/}
  ${'s3cret\r\n'} | ${0o640} | ${/^read s3cret$/}
  ${' s3cret \n'} | ${0o640} | ${/^read {2}s3cret $/}
  ${'s3cret\n\n'} | ${0o640} | ${/holds more than one line$/}
  ${'\n'}         | ${0o640} | ${/is an empty file$/}
  ${''}           | ${0o640} | ${/is an empty file$/}
  ${'s3cret\n'}   | ${0o644} | ${/is open to others \(mode 644\), run chmod 640 on it$/}
  ${'s3cret\n'}   | ${0o641} | ${/is open to others \(mode 641\)/}
  ${'s3cret\n'}   | ${0o602} | ${/is open to others \(mode 602\)/}
  ${'\n'}         | ${0o644} | ${/^[^,]*open to others[^,]*, run chmod 640 on it$/}
`('a password file of $content with mode $mode: $outcome', ({ content, mode, outcome }) => {
  const result = loadPassword(content, mode)
  expect(result).toMatch(outcome)
  if (!result.startsWith('read')) expect(result).not.toContain('s3cret')
})
