/** What is wrong with a configuration file, and where. */

import { basename } from 'node:path'

/** Both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface Problem {
  /** Path of the file as it was asked for. */
  readonly file: string
  /** Null when the file as a whole is meant. */
  readonly at: Position | null
  /** Lower case, no full stop, never a secret. */
  readonly text: string
}

/** One line such as `poolguard.yaml:14:7: pool "ro": recover_lag 12s is above max_lag 10s`. */
export function formatProblem(problem: Problem): string {
  const place = problem.at === null ? '' : `${problem.at.line}:${problem.at.column}:`
  return `${basename(problem.file)}:${place} ${problem.text}`
}

/** In the order of the file, the same one only once. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const unique = new Map(problems.map((problem) => [formatProblem(problem), problem]))
  return [...unique.values()].sort(
    (a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
  )
}
