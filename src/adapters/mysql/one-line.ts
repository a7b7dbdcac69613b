const LONGEST = 120

/** Makes any text fit for HAProxy's stats page: printable ASCII, one line, at most 120 characters. */
export function toOneLine(text: string): string {
  const line = text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim()
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 3)}...`
}
