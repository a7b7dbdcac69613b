import type { ExplanationDocument } from './documents.ts'
import { type Column, formatTable, formatTsv } from './tables.ts'
import type { Terminal } from './terminal.ts'
import { bold, colourState, stateWord, toLine } from './text.ts'

type Step = ExplanationDocument['steps'][number]

const COLUMNS: readonly Column<Step>[] = [
  { title: 'question', cell: ({ question }) => question },
  { title: 'found', cell: ({ found }) => found },
  { title: 'limit', cell: ({ limit }) => limit ?? '', optional: true },
]

/** The verdict in a line, the steps that led to it, and what would change it. */
export function formatExplanation(document: ExplanationDocument, { colour }: Terminal): string {
  const { pool, server, verdict, steps, next } = document
  const weight = verdict.weightPercent === null ? '' : `, weight ${verdict.weightPercent}%`
  const reason = verdict.reason === null ? '' : `: ${toLine(verdict.reason.text)}`
  const state = colourState(stateWord(verdict), colour)
  return [
    `${bold(toLine(`${pool}/${server}`), colour)} ${state}${weight}${reason}\n`,
    formatTable(COLUMNS, steps, colour),
    `next: ${toLine(next)}\n`,
  ].join('')
}

export function formatExplanationTsv({ steps, next }: ExplanationDocument): string {
  const rows = steps.map(({ question, found, limit }) => [question, found, limit ?? ''])
  return formatTsv(['question', 'found', 'limit'], [...rows, ['next', next, '']])
}
