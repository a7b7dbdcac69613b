/** The process around a command: what it may write to and what it must not read for itself. */

import type { Environment } from '../config/variables.ts'

export interface Terminal {
  /** Data, and nothing but data. */
  readonly write: (text: string) => void
  /** Everything else. */
  readonly writeError: (text: string) => void
  /** Whether standard output may be coloured. */
  readonly colour: boolean
  readonly env: Environment
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What the commands need from outside of this folder. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly runDaemon: (options: {
    readonly configFile: string
    readonly version: string
    readonly env: Environment
  }) => Promise<void>
}
