/** Rows as framed tables for people and as TSV for programs. */

import Table from 'cli-table3'
import { bold, toLine } from './text.ts'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  /** Colour and the like, put on after the text was cleaned. */
  readonly paint?: (text: string, row: Row) => string
  readonly align?: 'right'
  /** Left out where no row has anything to say. */
  readonly optional?: true
}

export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  colour: boolean,
): string {
  const shown = columns.filter(({ cell, optional }) => !optional || rows.some((row) => cell(row) !== ''))
  const table = new Table({
    head: shown.map(({ title }) => bold(title, colour)),
    colAligns: shown.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [] },
  })
  for (const row of rows) {
    table.push(shown.map(({ cell, paint }) => (paint ?? keep)(toLine(cell(row)), row)))
  }
  return `${table.toString()}\n`
}

function keep(text: string): string {
  return text
}

/** A header line, then a line a row; no field holds a tab or a newline. */
export function formatTsv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((fields) => `${fields.map(toLine).join('\t')}\n`).join('')
}

export function formatJson(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`
}
