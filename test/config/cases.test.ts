import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblem } from '../../src/config/problem.ts'

const CASES = join(import.meta.dirname, 'cases')
const SECRET = 'hunter2-secret'
const names = readdirSync(CASES).flatMap((file) => /^(invalid-.*)\.yaml$/.exec(file)?.[1] ?? [])

beforeAll(() => {
  chmodSync(join(CASES, 'open.password'), 0o644)
  for (const file of ['closed', 'empty', 'two-lines']) chmodSync(join(CASES, `${file}.password`), 0o640)
})

it.each(names)('%s is refused with the expected problems', (name) => {
  const loaded = loadConfig(join(CASES, `${name}.yaml`), { SECRET })
  const problems = loaded.ok ? [] : loaded.problems.map(formatProblem)
  const expected = readFileSync(join(CASES, `${name}.expected`), 'utf8')
  expect(problems.map((line) => `${line}\n`).join('')).toBe(expected)
})

it('finds every mistake of a file at once', () => {
  const loaded = loadConfig(join(CASES, 'invalid-many-mistakes.yaml'), {})
  expect(loaded.ok ? 0 : loaded.problems.length).toBeGreaterThan(12)
})

it('never shows a secret', () => {
  for (const name of names) {
    const expected = readFileSync(join(CASES, `${name}.expected`), 'utf8')
    expect(expected, name).not.toMatch(/hunter2|90210777/)
  }
})

it('words every problem in one house style', () => {
  for (const name of names) {
    for (const line of readFileSync(join(CASES, `${name}.expected`), 'utf8')
      .trimEnd()
      .split('\n')) {
      expect(line).toMatch(/^invalid-[a-z0-9-]+\.yaml:\d+:\d+: \S.*[^.\s]$/)
    }
  }
})
