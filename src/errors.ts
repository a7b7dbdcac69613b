/** The catalogue of what may go wrong through nobody's bug: exit status and hint by code. */

interface CatalogueEntry {
  readonly exit: number
  readonly hint: string
}

const CATALOGUE = {
  REFUSED: { exit: 1, hint: '' },
  USAGE: { exit: 64, hint: 'poolguard --help lists the commands' },
  BAD_DATA: { exit: 65, hint: '' },
  DAEMON_AWAY: { exit: 69, hint: 'is the daemon running? poolguard run starts it' },
  LISTEN_FAILED: { exit: 69, hint: 'does another process hold this address?' },
  TRY_AGAIN: { exit: 75, hint: '' },
  NO_PERMISSION: { exit: 77, hint: 'the socket file permissions decide who may ask' },
  BAD_CONFIG: { exit: 78, hint: 'poolguard config schema prints what is allowed' },
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof CATALOGUE

/** Exit status of a fault that is in poolguard itself. */
export const EXIT_BUG = 70

/**
 * Something that the person at the keyboard can mend: a sentence without full
 * stop that names the thing and the limit. Shown without a stack.
 */
export class OperatorError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'OperatorError'
    this.code = code
  }

  get exitStatus(): number {
    return CATALOGUE[this.code].exit
  }

  get hint(): string {
    return CATALOGUE[this.code].hint
  }
}
