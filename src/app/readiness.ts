/** Ready once every server has had its first reading; a deadline that ran out is one. */

import type { Observer } from '../ports.ts'

export function createReadiness(isReady: () => boolean): Observer & { whenReady(): Promise<void> } {
  let announce: (() => void) | null = null
  const ready = new Promise<void>((resolve) => {
    announce = resolve
  })
  return {
    onSnapshot() {
      if (announce === null || !isReady()) return
      announce()
      announce = null
    },
    whenReady: () => ready,
  }
}
