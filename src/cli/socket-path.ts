/** Where the daemon listens for its own command line. */

import { dirname, resolve } from 'node:path'
import { DEFAULTS } from '../config/defaults.ts'
import { readDocument } from '../config/document.ts'
import { draftConfig } from '../config/draft.ts'
import { findConfigFile } from '../config/load.ts'
import { readTextFile } from '../config/text-file.ts'
import type { Environment } from '../config/variables.ts'
import { OperatorError } from '../errors.ts'

const LARGEST_CONFIG = 1024 * 1024

export interface SocketFlags {
  readonly socket?: string
  readonly config?: string
}

/**
 * `--socket`, `$POOLGUARD_SOCKET` unless `--config` is given, then
 * `listen.socket` of the configuration.
 *
 * The configuration is only read for this one setting: whoever may use the
 * socket need not be able to read the password files. One that was asked for
 * by name has to be there.
 */
export function findSocket(flags: SocketFlags, env: Environment): string {
  const given = flags.socket ?? (flags.config === undefined ? env['POOLGUARD_SOCKET'] : undefined)
  if (given) return given
  const file = findConfigFile(flags.config, env)
  const wasNamed = flags.config !== undefined || Boolean(env['POOLGUARD_CONFIG'])
  const source = readTextFile(file, LARGEST_CONFIG)
  if (!source.ok) {
    if (wasNamed) throw new OperatorError('BAD_CONFIG', `cannot read ${file}: ${source.why}`)
    return DEFAULTS.socket
  }
  const reading = readDocument(source.text, env)
  const socket = reading.ok ? draftConfig(reading.document.value).listen.socket : undefined
  return resolve(dirname(resolve(file)), socket ?? DEFAULTS.socket)
}
