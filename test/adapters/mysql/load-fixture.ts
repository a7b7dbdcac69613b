import { readdirSync, readFileSync } from 'node:fs'
import type { Row } from '../../../src/adapters/mysql/row.ts'

/** What a real server answered, and where that comes from. */
export interface Fixture {
  readonly origin: string
  readonly version: string
  readonly comment: string | null
  readonly rows: readonly Row[]
}

const FOLDER = new URL('fixtures/', import.meta.url)

export function listFixtures(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
}

export function loadFixture(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'))
}

export function loadPem(file: string): string {
  return readFileSync(new URL(`tls/${file}`, FOLDER), 'utf8')
}
