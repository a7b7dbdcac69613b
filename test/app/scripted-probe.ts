/** A probe that answers when, and what, the test says. */

import type { Reading } from '../../src/core/reading.ts'
import type { Probe } from '../../src/ports.ts'

export interface ScriptedProbe extends Probe {
  /** Ends the reading under way and lets everybody hear of it. */
  answer(reading: Reading): Promise<void>
  isReading(): boolean
  reads(): number
  isClosed(): boolean
}

export function createScriptedProbe(): ScriptedProbe {
  let resolve: ((reading: Reading) => void) | null = null
  let reads = 0
  let isClosed = false
  return {
    read() {
      if (resolve !== null) throw new Error('two readings overlap')
      reads += 1
      return new Promise((done) => {
        resolve = done
      })
    },
    close() {
      isClosed = true
    },
    async answer(reading) {
      if (resolve === null) throw new Error('nobody reads')
      const done = resolve
      resolve = null
      done(reading)
      await settled()
    },
    isReading: () => resolve !== null,
    reads: () => reads,
    isClosed: () => isClosed,
  }
}

/** Lets all promises that can settle now do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
