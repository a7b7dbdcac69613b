import { createUnexpected, type ProbeError } from './probe-error.ts'
import { parseNumber, type Row } from './row.ts'

/** Values without which a server cannot be judged: each throws, naming the column, rather than guess. */

export function requireText(row: Row, column: string): string {
  const text = row[column]
  if (text === undefined) throw createUnexpected(`no ${column} in the answer`)
  if (text === null) throw createUnexpected(`${column} is NULL`)
  return text
}

/** A number that is 0 or more. */
export function requireAmount(row: Row, column: string): number {
  const text = requireText(row, column)
  const value = parseNumber(row, column)
  if (value === null || value < 0) throw createOdd(column, text)
  return value
}

/** `ON` and `OFF` of SHOW, or 1 and 0 of SELECT. */
export function requireSwitch(row: Row, column: string): boolean {
  const text = requireText(row, column)
  switch (text.toUpperCase()) {
    case 'ON':
    case '1':
      return true
    case 'OFF':
    case '0':
      return false
    default:
      throw createOdd(column, text)
  }
}

export function createOdd(column: string, text: string): ProbeError {
  return createUnexpected(`${column} is "${text}"`)
}
