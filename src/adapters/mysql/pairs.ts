import type { Row } from './row.ts'

/** One statement for some variables or status counters; what a server does not have is not among the rows. */
export function formatShow(what: 'GLOBAL VARIABLES' | 'STATUS', names: readonly string[]): string {
  return `SHOW ${what} WHERE Variable_name IN (${names.map((name) => `'${name}'`).join(', ')})`
}

/** One row of a column a name, out of rows of a name and a value. */
export function parsePairs(rows: readonly Row[]): Row {
  return Object.fromEntries(
    rows.flatMap(({ Variable_name: name, Value: value }) =>
      name === undefined || name === null || value === undefined ? [] : [[name, value] as const],
    ),
  )
}
