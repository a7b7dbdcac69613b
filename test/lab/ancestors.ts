import { readFileSync } from 'node:fs'

/** A process, and the tick at which it began: a number that came round again is another process. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTick: string
}

/**
 * The processes that this one lives for: its parent, and where npm started it
 * all of them up to npm. Empty for a process that was orphaned on purpose.
 *
 * `npm run` starts `sh`, which starts node; when only npm is killed neither of
 * the other two is told.
 */
export function watchedAncestors(): readonly ProcessIdentity[] {
  const chain: ProcessIdentity[] = []
  for (let pid = process.ppid; pid > 1; ) {
    const { parent, startTick, title } = lookUp(pid)
    chain.push({ pid, startTick })
    if (/^npm |\/np[mx](-cli\.js)?( |$)/.test(title)) return chain
    pid = parent
  }
  return chain.slice(0, 1)
}

/** Fields after the name, which may itself hold spaces and parentheses; see proc(5). */
function lookUp(pid: number): { parent: number; startTick: string; title: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  return { parent: Number(fields[1]), startTick: String(fields[19]), title }
}
