/** Every way in which a request can fail ends in a problem document. */

import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { describeProblem, PROBLEM_TYPE, refuse } from './problem.ts'

export interface HttpLog {
  error(fields: object, message: string): void
}

export function createErrorHandler(log: HttpLog) {
  return (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (hasZodFastifySchemaValidationErrors(error)) {
      const details = error.validation.map(({ message }) => message)
      return reply.send(refuse(reply, 400, [...new Set(details)].join('; ')))
    }
    const status = error.statusCode ?? 500
    if (status < 500) return reply.send(refuse(reply, status, describeRefusal(error)))
    log.error({ err: error }, 'an HTTP request failed')
    return reply.send(refuse(reply, 500, 'a fault in poolguard, see its log'))
  }
}

/** Errors from before a route is found. */
export function answerFrameworkError(error: FastifyError, _request: unknown, reply: unknown): void {
  const typed = reply as FastifyReply
  typed.send(refuse(typed, error.statusCode ?? 400, describeRefusal(error)))
}

export function answerNotFound(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.send(refuse(reply, 404, 'no such path, GET /v1/openapi.json lists them'))
}

const REFUSALS: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'the path is not validly percent-encoded',
  FST_ERR_MAX_PARAM_LENGTH: 'a name in the path is too long',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as content-length says',
}

function describeRefusal(error: FastifyError): string {
  return REFUSALS[error.code] ?? 'the request is not understood'
}

const PARSER_FAULTS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the request line and headers are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'the chunk extensions are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request took too long to arrive'],
}

/** What is no HTTP, or too much or too slow of it: answered and closed. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, detail] = PARSER_FAULTS[error.code ?? ''] ?? [400, 'the request is not valid HTTP']
  const body = JSON.stringify(describeProblem(status, detail))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${body.length}`,
    'Cache-Control: no-store',
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}
