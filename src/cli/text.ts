/** How values look to people: ages, states and words from outside. */

import { styleText } from 'node:util'
import type { VerdictDocument } from './documents.ts'

const CONTROLS = /[\p{Cc}\p{Cf}]+/gu

/** One line that cannot steer a terminal, whoever wrote it. */
export function toLine(text: string): string {
  return text.replace(CONTROLS, ' ')
}

export function listNames(names: readonly string[], most = 10): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ')
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `12s`, `3m`, `5h`, `2d` since a moment: the largest whole unit. */
export function formatSince(iso: string | null, now: number): string {
  const seconds = iso === null ? Number.NaN : Math.max(0, Math.floor((now - Date.parse(iso)) / 1000))
  if (Number.isNaN(seconds)) return ''
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}

export type StateWord = 'in' | 'softly out' | 'out' | 'unknown'

export function stateWord({ state, weightPercent }: VerdictDocument): StateWord {
  if (state === null) return 'unknown'
  if (state === 'down') return 'out'
  return (weightPercent ?? 0) > 0 ? 'in' : 'softly out'
}

const COLOURS = { in: 'green', 'softly out': 'yellow', out: 'red', unknown: 'yellow' } as const

export function colourState(word: StateWord, colour: boolean): string {
  return colour ? styleText(COLOURS[word], word, { validateStream: false }) : word
}

export function bold(text: string, colour: boolean): string {
  return colour ? styleText('bold', text, { validateStream: false }) : text
}
