/** The state of the fleet in a file that is whole at every moment. */

import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { FleetState } from '../../core/fleet.ts'
import { formatDuration, type Instant, type Seconds } from '../../core/units.ts'
import type { StateStore } from '../../ports.ts'
import { formatState, parseState } from './state-format.ts'

/** Older than this, what was decided then says nothing about now. */
const OLDEST: Seconds = 900

/**
 * Keeps `fleet.json` in `directory`, which is made if need be. What cannot be
 * read, understood or written is reported and otherwise ignored: poolguard
 * works without memory, only less smoothly. While a save is under way only the
 * latest of those that follow is kept.
 */
export function createStateFile(directory: string, report: (sentence: string) => void): StateStore {
  const file = path.join(directory, 'fleet.json')
  let waiting: string | null = null
  let saving: Promise<void> | null = null
  let wasWritable = true

  async function write(): Promise<void> {
    while (waiting !== null) {
      const text = waiting
      waiting = null
      try {
        await mkdir(directory, { recursive: true })
        await writeFileAtomic(file, text, { mode: 0o640 })
        wasWritable = true
      } catch (error) {
        if (wasWritable) {
          report(`${file}: cannot be written, a restart will start without memory: ${describe(error)}`)
        }
        wasWritable = false
      }
    }
    saving = null
  }

  return {
    load(now) {
      const text = readIfThere(file, report)
      return text === null ? null : parseIfUsable(text, file, now, report)
    },
    save(state, now) {
      waiting = formatState(state, now)
      saving ??= write()
      return saving
    },
  }
}

function readIfThere(file: string, report: (sentence: string) => void): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!isMissing) report(`${file}: cannot be read, starting without memory: ${describe(error)}`)
    return null
  }
}

function parseIfUsable(
  text: string,
  file: string,
  now: Instant,
  report: (sentence: string) => void,
): FleetState | null {
  try {
    const { state, savedAt } = parseState(text, now)
    const age = Math.round((now.wall - savedAt) / 1000)
    if (age <= OLDEST) return state
    report(`${file}: ignored, it is ${formatDuration(age)} old, over ${formatDuration(OLDEST)}`)
  } catch (error) {
    report(`${file}: ignored, it is not a state file of this version: ${describe(error)}`)
  }
  return null
}

function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/\s+/g, ' ').slice(0, 200)
}
