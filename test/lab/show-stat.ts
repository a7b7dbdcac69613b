/** One line of HAProxy's `show stat`, by the names in its header. */
export type StatRow = Readonly<Record<string, string>>

const FIELD = /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/y

/** Reads the CSV that HAProxy's `show stat` prints: quoted where a comma or a quote is in it. */
export function parseShowStat(csv: string): readonly StatRow[] {
  const [header, ...lines] = splitLines(csv.replace(/^# /, '').trimEnd())
  if (header === undefined) return []
  return lines.map((line) => Object.fromEntries(header.map((name, index) => [name, line[index] ?? ''])))
}

function splitLines(csv: string): readonly string[][] {
  const lines: string[][] = [[]]
  FIELD.lastIndex = 0
  while (FIELD.lastIndex < csv.length) {
    const match = FIELD.exec(csv)
    if (match === null) throw new Error(`not CSV: ${csv.slice(FIELD.lastIndex, 80)}`)
    lines.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '\n') lines.push([])
  }
  return lines
}
