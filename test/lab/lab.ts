import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { putOnLeash } from './leash.ts'

/** A folder and everything that runs in it; none of it outlives this process. */
export interface Lab {
  readonly dir: string
  /** The environment of every process of the lab; by its mark leash.sh finds them. */
  readonly env: NodeJS.ProcessEnv
  /** Makes and names a folder in the lab. */
  folder(name: string): string
  /** Has something in this process end with the lab: a timer, a connection. Must not wait for a server. */
  onClose(end: () => void): void
  /** Kills everything at once and removes the folder; returns when nothing is left. */
  close(): Promise<void>
}

export function openLab(): Lab {
  const dir = mkdtempSync(join(tmpdir(), 'poolguard-lab-'))
  const leash = putOnLeash(dir)
  const ends: (() => void)[] = []
  return {
    dir,
    env: {
      ...process.env,
      PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, // where Debian keeps servers, and users have no path to
      POOLGUARD_LAB: dir,
    },
    folder(name) {
      const path = join(dir, name)
      mkdirSync(path, { recursive: true })
      return path
    },
    onClose(end) {
      ends.push(end)
    },
    async close() {
      for (const end of ends.splice(0).reverse()) end()
      await leash.release()
    },
  }
}
