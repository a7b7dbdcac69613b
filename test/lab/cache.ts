import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where test/lab/foreign.sh puts software, and root keeps folders that took long to make. */
export const sharedCache = '/var/cache/poolguard-lab'

const ownCache =
  process.getuid?.() === 0 ? sharedCache : join(tmpdir(), `poolguard-cache-${process.getuid?.()}`)

/**
 * A folder that outlives the lab, made by `make` unless an earlier lab has: one
 * for each `name` and `recipe`, a text that tells all that its content depends
 * on. Never half made: whoever comes second keeps what the first has finished.
 * It is for copying, not for writing to.
 */
export async function cachedFolder(
  name: string,
  recipe: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(ownCache, `${name}-${createHash('sha256').update(recipe).digest('hex').slice(0, 12)}`)
  if (existsSync(folder)) return folder
  await mkdir(ownCache, { recursive: true, mode: 0o755 })
  const work = await mkdtemp(join(ownCache, `.${name}.`))
  try {
    await make(work)
    await rename(work, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return folder
}
