import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { watchedAncestors } from './ancestors.ts'
import { projectRoot } from './project.ts'

/**
 * Binds a lab to this process, and this process to those that wait for it.
 *
 * Whether the process returns, throws, is interrupted or killed with -9, or
 * whether its shell or npm is: everything that carries the lab's mark dies and
 * its folder goes, within about half a second. leash.sh does it, in a session
 * of its own where no Ctrl-C reaches it.
 */
export function putOnLeash(labDir: string): { release(): Promise<void> } {
  const watched = watchedAncestors().map(({ pid, startTick }) => `${pid}:${startTick}`)
  const { POOLGUARD_LAB: _outerLab, ...env } = process.env
  const leash = spawn(
    'sh',
    [join(projectRoot, 'test/lab/leash.sh'), labDir, String(process.pid), ...watched],
    {
      detached: true,
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  )
  let released = false
  const ended = once(leash, 'exit')
  leash.once('exit', (status) => {
    if (!released)
      throw new Error(`leash.sh ended with ${status} before its lab: nothing would be cleaned up`)
  })
  leash.unref()
  leash.stdin.on('error', () => {})
  return {
    /** Ends the lab; returns when nothing of it is left. */
    async release() {
      released = true
      leash.ref()
      leash.stdin.end()
      await ended
    },
  }
}
