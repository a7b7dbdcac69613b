/** `did you mean`: the nearest allowed name to a misspelt one. */

/**
 * The closest candidate, or null when none is near: a third of the letters may
 * differ, at least one. Case and `-` for `_` count as no difference.
 */
export function suggest(name: string, candidates: readonly string[]): string | null {
  const wanted = normalize(name)
  const allowance = Math.max(1, Math.floor(wanted.length / 3))
  let best: { readonly name: string; readonly distance: number } | null = null
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) > allowance) continue
    const distance = editDistance(wanted, normalize(candidate))
    if (distance <= allowance && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) {
      best = { name: candidate, distance }
    }
  }
  return best?.name ?? null
}

/** `, did you mean "max_lag"?`, or nothing for null. */
export function didYouMean(nearest: string | null): string {
  return nearest === null ? '' : `, did you mean "${nearest}"?`
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll('-', '_')
}

/** Insertions, deletions and replacements that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] as number) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const shifted = Math.min(previous[column] as number, current[column - 1] as number) + 1
      current.push(Math.min(replaced, shifted))
    }
    previous = current
  }
  return previous[to.length] as number
}
