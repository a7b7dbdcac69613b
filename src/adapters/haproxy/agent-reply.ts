/** Verdicts as HAProxy's agent check wants them: one line of ASCII. */

import type { Verdict } from '../../core/verdict.ts'

const LONGEST_TEXT = 200

/**
 * Only `up` or `down`, a percentage and a comment. `ready`, `drain` and `maint`
 * are never said: they would undo what a human set on HAProxy. The space before
 * `#` matters, since `down#lag` is an unknown word and changes nothing; so does
 * the explicit `up`, without which HAProxy 3.3 and 3.4 leave a server down.
 */
export function formatReply(verdict: Verdict): string {
  const words = verdict.state === 'down' ? 'down' : `up ${verdict.weightPercent}%`
  return `${words} # ${toComment(verdict.reason.text)}\n`
}

export function formatUnknown(name: string): string {
  return `down # unknown pool/server "${toComment(name)}"\n`
}

/** One line of printable ASCII, however the text came about. */
export function toComment(text: string): string {
  const line = text.replace(/[^\x20-\x7e]+/g, '?')
  return line.length <= LONGEST_TEXT ? line : `${line.slice(0, LONGEST_TEXT - 3)}...`
}
