/** Collects what is wrong with one file, keeping follow-on complaints out. */

import type { ConfigDocument } from './document.ts'
import type { Path } from './path.ts'
import { formatProblem, type Problem, sortProblems } from './problem.ts'

export interface Findings {
  readonly document: ConfigDocument
  /**
   * A problem with the value at `path`. Dropped when that value, or another one
   * that the complaint rests on, is known to be wrong already.
   */
  refuse(path: Path, text: string, restsOn?: readonly Path[]): void
  /** A problem with the key itself, such as one that is not allowed. */
  refuseKey(path: Path, text: string): void
  /** Takes the value there for wrong without a word, since another problem is about it. */
  excuse(path: Path): void
  /** Something odd that the daemon can live with. */
  warn(path: Path, text: string): void
  problems(): readonly Problem[]
  warnings(): readonly string[]
}

export function createFindings(file: string, document: ConfigDocument): Findings {
  const problems: Problem[] = document.faults.map((fault) => ({ file, ...fault }))
  const warnings: Problem[] = []
  const broken = new Set<string>()

  const isBroken = (path: Path): boolean =>
    document.isUnknown(path) ||
    broken.has(keyOf([])) ||
    path.some((_, i) => broken.has(keyOf(path.slice(0, i + 1))))

  function add(path: Path, part: 'key' | 'value', text: string, restsOn: readonly Path[]): void {
    if ([path, ...restsOn].some(isBroken)) return
    broken.add(keyOf(path))
    problems.push({ file, at: document.locate(path, part), text })
  }

  return {
    document,
    refuse: (path, text, restsOn = []) => add(path, 'value', text, restsOn),
    refuseKey: (path, text) => add(path, 'key', text, []),
    excuse: (path) => broken.add(keyOf(path)),
    warn: (path, text) => warnings.push({ file, at: document.locate(path, 'value'), text }),
    problems: () => sortProblems(problems),
    warnings: () => sortProblems(warnings).map(formatProblem),
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}
