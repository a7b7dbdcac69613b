import { createUnexpected } from './probe-error.ts'
import type { Row } from './row.ts'

/** One statement for variables that the server is known to have: of others it answers 1193. */
export function formatVariablesStatement(variables: readonly string[]): string {
  return `SELECT ${variables.map((name) => `@@global.${name} AS ${name}`).join(', ')}`
}

/**
 * Whether clients may write: every variable is off.
 *
 * Servers answer 0 or 1, except for MariaDB 12, which answers `OFF`, `ON`,
 * `NO_LOCK` or `NO_LOCK_NO_ADMIN` (MDEV-36425): whatever is not off is on.
 */
export function parseWritable(row: Row | undefined, variables: readonly string[]): boolean {
  return variables.every((name) => {
    const value = row?.[name]
    if (value === undefined) throw createUnexpected(`no @@global.${name} in the answer`)
    if (value === null || value === '') throw createUnexpected(`@@global.${name} is NULL`)
    return value === '0' || value.toUpperCase() === 'OFF'
  })
}
