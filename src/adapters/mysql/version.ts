import { createUnexpected } from './probe-error.ts'
import type { Row } from './row.ts'

/** Some builds of MariaDB name themselves in the version, some only in the comment. */
export const VERSION_STATEMENT = 'SELECT VERSION() AS version, @@version_comment AS comment'

export interface Version {
  readonly family: 'mariadb' | 'mysql'
  /** Major, minor, patch. */
  readonly number: VersionNumber
}

type VersionNumber = readonly [number, number, number]

/** MariaDB may say `5.5.5-10.3.39-MariaDB`, a prefix that once kept MySQL replicas from refusing it. */
const NUMBER = /^(?:5\.5\.5-(?=\d+\.\d))?(\d+)\.(\d+)(?:\.(\d+))?/

/** Reads the answer to `VERSION_STATEMENT`. Percona Server and other builds of MySQL are MySQL. */
export function parseVersion(row: Row | undefined): Version {
  const text = row?.['version'] ?? ''
  const match = NUMBER.exec(text)
  if (match === null) throw createUnexpected(`cannot tell the version of the server from "${text}"`)
  return {
    family: /mariadb/i.test(`${text} ${row?.['comment'] ?? ''}`) ? 'mariadb' : 'mysql',
    number: [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)],
  }
}

export function isAtLeast({ number }: Version, ...[major, minor, patch]: VersionNumber): boolean {
  if (number[0] !== major) return number[0] > major
  return number[1] === minor ? number[2] >= patch : number[1] > minor
}
