/** RFC 9457 problem documents: how the API says no. */

import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

export const problemSchema = z.object({
  type: z.string().describe('about:blank: the status says it all'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  problems: z.array(z.string()).optional().describe('all of them, where there may be several'),
})

export type Problem = z.output<typeof problemSchema>

export function describeProblem(status: number, detail: string, problems?: readonly string[]): Problem {
  const title = STATUS_CODES[status] ?? 'Error'
  return {
    type: 'about:blank',
    title,
    status,
    detail,
    ...(problems === undefined ? {} : { problems: [...problems] }),
  }
}

/** Readies the reply for the problem, which the handler then returns. */
export function refuse(
  reply: FastifyReply,
  status: number,
  detail: string,
  problems?: readonly string[],
): Problem {
  reply.code(status).type(PROBLEM_TYPE).header('cache-control', 'no-store')
  return describeProblem(status, detail, problems)
}

const LONGEST_ECHO = 120

/** A name from outside as it may stand in our answers: in quotes, one line, not long. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > LONGEST_ECHO ? `${name.slice(0, LONGEST_ECHO)}...` : name)
}
