import { readdirSync, readFileSync } from 'node:fs'
import type { Row } from '../../../src/adapters/mysql/row.ts'

/** What a real server answered, and where that comes from. */
export interface Fixture {
  readonly origin: string
  readonly version: string
  readonly comment: string | null
  readonly rows: readonly Row[]
}

/** What a Galera node says of itself, by name. */
export interface GaleraFixture {
  readonly origin: string
  readonly version: string
  readonly comment: string
  readonly status: Row
  readonly variables: Row
}

/** What a member says of its group. */
export interface GroupFixture {
  readonly origin: string
  readonly version: string
  readonly comment: string
  readonly serverUuid: string
  readonly members: readonly Row[]
  readonly stats: readonly Row[]
}

const FOLDER = new URL('fixtures/', import.meta.url)

/** Of all fixtures, or of those that begin like this. */
export function listFixtures(beginning = ''): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.startsWith(beginning) && file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
}

export function loadFixture(name: string): Fixture {
  return load(name)
}

/** The rows were captured with `LIKE 'wsrep_%'`, so that the uptime is added here. */
export function loadGaleraFixture(name: string): GaleraFixture {
  const fixture: GaleraFixture = load(`galera-10.11-${name}`)
  return { ...fixture, status: { ...fixture.status, Uptime: '3600' } }
}

export function loadGroupFixture(name: string): GroupFixture {
  return load(`mysql-9-group-${name}`)
}

function load(name: string) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'))
}

export function loadPem(file: string): string {
  return readFileSync(new URL(`tls/${file}`, FOLDER), 'utf8')
}
