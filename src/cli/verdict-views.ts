/** Verdicts as `list` and `show` print them. */

import { formatLag } from '../core/lag.ts'
import type { PoolDocument, VerdictDocument } from './documents.ts'
import { type Column, formatTable, formatTsv } from './tables.ts'
import type { Terminal } from './terminal.ts'
import { bold, colourState, formatSince, stateWord, toLine } from './text.ts'

/** One framed table a pool, each under a line with its name. */
export function formatPools(pools: readonly PoolDocument[], terminal: Terminal): string {
  return pools.map((pool) => formatPool(pool, terminal)).join('\n')
}

function formatPool({ name, role, servers }: PoolDocument, { colour, now }: Terminal): string {
  const inService = servers.filter((verdict) => stateWord(verdict) === 'in').length
  const title = `${bold(toLine(name), colour)} (${toLine(role)}, ${inService} of ${servers.length} in)`
  const columns: readonly Column<VerdictDocument>[] = [
    { title: 'server', cell: ({ server }) => server },
    { title: 'state', cell: stateWord, paint: (_text, verdict) => colourState(stateWord(verdict), colour) },
    { title: 'weight', cell: formatWeight, align: 'right' },
    { title: 'role', cell: ({ role }) => role ?? '', optional: true },
    { title: 'lag', cell: formatLagCell, align: 'right', optional: true },
    { title: 'reason', cell: formatReason },
    { title: 'since', cell: ({ since }) => formatSince(since, now()), align: 'right', optional: true },
  ]
  return `${title}\n${formatTable(columns, servers, colour)}`
}

export function formatVerdict(verdict: VerdictDocument, { colour, now }: Terminal): string {
  const { readingAgeSeconds: age, since } = verdict
  const word = stateWord(verdict)
  const lines: readonly (readonly [name: string, value: string])[] = [
    ['server', `${verdict.pool}/${verdict.server}`],
    ['state', word],
    ['weight', formatWeight(verdict)],
    ['role', verdict.role ?? ''],
    ['lag', formatLagCell(verdict)],
    ['reading', age === null ? '' : `${formatLag(age)} old`],
    ['reason', formatReason(verdict)],
    ['since', since === null ? '' : `${formatSince(since, now())} (${since})`],
  ]
  return lines
    .filter(([, value]) => value !== '')
    .map(
      ([name, value]) =>
        `${name.padEnd(8)} ${name === 'state' ? colourState(word, colour) : toLine(value)}\n`,
    )
    .join('')
}

const TSV_HEADER = [
  'pool',
  'server',
  'state',
  'weight_percent',
  'role',
  'lag_seconds',
  'reading_age_seconds',
  'reason_code',
  'reason',
  'since',
]

/** The columns never change their order; what is unknown is empty. */
export function formatVerdictsTsv(verdicts: readonly VerdictDocument[]): string {
  return formatTsv(
    TSV_HEADER,
    verdicts.map((verdict) => [
      verdict.pool,
      verdict.server,
      stateWord(verdict),
      `${verdict.weightPercent ?? ''}`,
      verdict.role ?? '',
      `${verdict.lagSeconds ?? ''}`,
      `${verdict.readingAgeSeconds ?? ''}`,
      verdict.reason?.code ?? '',
      verdict.reason?.text ?? '',
      verdict.since ?? '',
    ]),
  )
}

function formatWeight({ weightPercent }: VerdictDocument): string {
  return weightPercent === null ? '' : `${weightPercent}%`
}

function formatLagCell({ lagSeconds }: VerdictDocument): string {
  return lagSeconds === null ? '' : formatLag(lagSeconds)
}

function formatReason({ reason }: VerdictDocument): string {
  return reason?.text ?? 'no reading yet'
}
