import { setTimeout as pause } from 'node:timers/promises'
import type { Haproxy } from './haproxy.ts'
import type { Lab } from './lab.ts'

/** Every state in which HAProxy was seen to have a server, by `pool/server`: `UP 100`, `DOWN 0`. */
export interface Seen {
  readonly states: Readonly<Record<string, readonly string[]>>
  readonly looks: number
}

export interface Watch {
  seen(): Seen
  stop(): Promise<Seen>
}

/** Looks at HAProxy's own stats over and over, and remembers each different state in order. */
export function watchHaproxy(lab: Lab, haproxy: Haproxy, intervalMs = 20): Watch {
  const states: Record<string, readonly string[]> = {}
  let looks = 0
  let stopped = false

  async function look(): Promise<void> {
    while (!stopped) {
      for (const { pxname, svname, status = '', weight } of await haproxy.stat()) {
        if (svname === 'FRONTEND' || svname === 'BACKEND' || pxname === 'stats') continue
        const state = `${status.split(' ')[0]} ${weight}`
        const id = `${pxname}/${svname}`
        if (states[id]?.at(-1) !== state) states[id] = [...(states[id] ?? []), state]
      }
      looks += 1
      await pause(intervalMs)
    }
  }

  const looking = look()
  lab.onClose(() => {
    stopped = true
  })
  const seen = (): Seen => ({ states: structuredClone(states), looks })
  return {
    seen,
    async stop() {
      stopped = true
      await looking
      return seen()
    },
  }
}
