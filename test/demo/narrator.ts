/** Tells the story on the terminal: steps with their times, and what each party said. */

import { styleText } from 'node:util'
import type { HaproxyServer } from '../lab/haproxy.ts'
import type { Report } from '../lab/tally.ts'

export interface Narrator {
  headline(text: string): void
  /** A line with the time since the demo began. */
  line(who: string, what: string): void
  /** A block that somebody printed. */
  quote(text: string): void
}

const isTerminal = process.stdout.isTTY === true && !process.env['NO_COLOR']
const style = (format: Parameters<typeof styleText>[0], text: string) =>
  isTerminal ? styleText(format, text) : text

export function createNarrator(): Narrator {
  const began = performance.now()
  const say = (text: string) => process.stdout.write(`${text}\n`)
  let step = 0
  return {
    headline(text) {
      step += 1
      say(`\n${style('bold', `${step}. ${text}`)}`)
    },
    line(who, what) {
      const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6)
      say(`${style('dim', `${seconds}s`)}  ${style('cyan', who.padEnd(9))}  ${what}`)
    },
    quote(text) {
      for (const line of text.trimEnd().split('\n')) say(`         ${line}`)
    },
  }
}

/** `UP, weight 0, agent says: via agent : up (lag 3.1s over 2s)`. */
export function describeHaproxy(server: HaproxyServer): string {
  const agent = server.lastAgent === '' ? '' : `, ${server.lastAgent.replace(' : ', ': ')}`
  return `${server.status}, weight ${server.weight}${agent}`
}

/** `812 reads: db1 0, db2 410, db3 402; 0 failed; slowest 12 ms`. */
export function describeReads(reads: Report, names: readonly string[]): string {
  const shares = names.map((name, index) => `${name} ${reads.perServer[index + 1] ?? 0}`).join(', ')
  const failures = reads.failures.map(({ text, count }) => `\n           ${count} x ${text}`).join('')
  const slowest = Math.round(reads.latencyMs.max)
  return `${reads.done} reads: ${shares}; ${reads.failed} failed; slowest ${slowest} ms${failures}`
}
