/** One row as the server sent it: texts, and null for NULL. A missing column is undefined. */
export type Row = Readonly<Record<string, string | null>>

/** A number from a column; null where it is missing, NULL or not a number. */
export function parseNumber(row: Row, column: string): number | null {
  const text = row[column]
  if (text === undefined || text === null || text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}
