import type { UnseenCause } from '../../core/reading.ts'

/** A reading that fails for a reason which is already known where it is thrown. */
export class ProbeError extends Error {
  readonly unseen: UnseenCause

  constructor(unseen: UnseenCause, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProbeError'
    this.unseen = unseen
  }
}

/** The server answered, but with something that this version does not understand. */
export function createUnexpected(message: string): ProbeError {
  return new ProbeError('unexpected', message)
}
