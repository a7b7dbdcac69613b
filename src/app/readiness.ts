/** Ready once every server has had its first reading; a deadline that ran out is one. */

import type { Observer } from '../ports.ts'

export function createReadiness(isReady: () => boolean): Observer & { whenReady(): Promise<void> } {
  let announce: () => void = () => {}
  const ready = new Promise<void>((resolve) => {
    announce = resolve
  })
  return {
    onSnapshot() {
      if (isReady()) announce()
    },
    whenReady: () => ready,
  }
}
