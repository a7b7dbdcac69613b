/** Asks the daemon over its unix socket. One deadline a question. */

import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { z } from 'zod'
import { OperatorError } from '../errors.ts'
import { problemDocument } from './documents.ts'

export interface DaemonClient {
  /** The document, or an `OperatorError` with what the daemon says against it. */
  ask<T>(method: 'GET' | 'POST', path: string, schema: z.ZodType<T>): Promise<T>
}

interface Answer {
  readonly status: number
  readonly text: string
}

const DEADLINE_MS = 5000

export function createDaemonClient(socketPath: string): DaemonClient {
  return {
    async ask(method, path, schema) {
      const answer = await send(socketPath, method, path)
      const document = parse(answer.text)
      const wanted = answer.status === 200 ? schema.safeParse(document) : null
      if (wanted?.success) return wanted.data
      throw describeRefusal(answer.status, document, socketPath)
    },
  }
}

async function send(socketPath: string, method: string, path: string): Promise<Answer> {
  const signal = AbortSignal.timeout(DEADLINE_MS)
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const asked = request({ socketPath, method, path, signal, agent: false }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, text: body }), reject)
      })
      asked.on('error', reject)
      asked.end()
    })
  } catch (cause) {
    if (signal.aborted) {
      const seconds = DEADLINE_MS / 1000
      throw new OperatorError(
        'DAEMON_AWAY',
        `no answer from the daemon at ${socketPath} within ${seconds}s`,
        { cause },
      )
    }
    throw describeFailure(cause, socketPath)
  }
}

const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'nobody listens on this socket',
  ENOTDIR: 'there is no such socket',
}

function describeFailure(cause: unknown, socketPath: string): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'EACCES' || code === 'EPERM') {
    return new OperatorError('NO_PERMISSION', `no permission to use ${socketPath}`, { cause })
  }
  const why = FAILURES[code] ?? (code === '' ? 'the connection failed' : code)
  return new OperatorError('DAEMON_AWAY', `cannot reach the daemon at ${socketPath}: ${why}`, { cause })
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function describeRefusal(status: number, document: unknown, socketPath: string): Error {
  const problem = problemDocument.safeParse(document)
  if (!problem.success)
    return new OperatorError('BAD_DATA', `${socketPath} answers ${status}, but not as poolguard does`)
  const { detail, problems } = problem.data
  if (status === 403) return new OperatorError('NO_PERMISSION', detail)
  if (status === 422) return new OperatorError('BAD_CONFIG', [...(problems ?? []), detail].join('\n'))
  return new OperatorError('REFUSED', detail)
}
