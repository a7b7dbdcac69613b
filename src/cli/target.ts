/** Which server a command is about. */

import { didYouMean, suggest } from '../config/suggest.ts'
import { OperatorError } from '../errors.ts'
import type { PoolsDocument, VerdictDocument } from './documents.ts'
import { listNames } from './text.ts'

export interface Target {
  readonly pool: string
  readonly server: string
}

export function parseTarget(text: string): Target {
  const [, pool, server] = /^([A-Za-z0-9_.:-]+)\/([A-Za-z0-9_.:-]+)$/.exec(text) ?? []
  if (pool === undefined || server === undefined) {
    throw new OperatorError('USAGE', `${JSON.stringify(text)} is not POOL/SERVER, such as ro/db1`)
  }
  return { pool, server }
}

/** Refuses unknown names, with those that are known. */
export function findTarget({ pools }: PoolsDocument, target: Target): VerdictDocument {
  const pool = pools.find(({ name }) => name === target.pool)
  if (pool === undefined) {
    const names = pools.map(({ name }) => name)
    throw new OperatorError('REFUSED', `unknown pool ${describeUnknown(target.pool, names)}`)
  }
  const server = pool.servers.find((verdict) => verdict.server === target.server)
  if (server === undefined) {
    const names = pool.servers.map((verdict) => verdict.server)
    throw new OperatorError(
      'REFUSED',
      `pool "${pool.name}" has no server ${describeUnknown(target.server, names)}`,
    )
  }
  return server
}

function describeUnknown(name: string, known: readonly string[]): string {
  return `${JSON.stringify(name)}${didYouMean(suggest(name, known))} (known: ${listNames(known)})`
}
