/** `/check/...`: for HAProxy's HTTP checks, and for clients that want fresher data than the pool asks for. */

import type { FastifyReply } from 'fastify'
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { parseDuration, type Seconds } from '../../core/units.ts'
import type { FleetReader } from '../../ports.ts'
import { answerCheck, type CheckAnswer } from './check-answer.ts'
import { problemSchema, quoteName } from './problem.ts'

const NOT_ONE_DURATION = 'max_lag is not one duration such as 500ms, 5s or 2h'

const maxLag = z
  .string({ error: NOT_ONE_DURATION })
  .meta({ description: 'the most lag that is acceptable, such as 500ms' })
  .transform((text, context): Seconds => {
    const seconds = parseDuration(text)
    if (seconds === null) context.addIssue(NOT_ONE_DURATION)
    return seconds ?? 0
  })

/** Nothing but `max_lag`, and that at most once. */
export const maxLagQuery = z.strictObject(
  { max_lag: maxLag.optional() },
  { error: 'max_lag is the only parameter there is' },
)
const reason = z.string()

/** Those that HAProxy checks with; `OPTIONS` is the default of `option httpchk`. */
export const CHECK_METHODS = ['GET', 'HEAD', 'OPTIONS']

export function checkRoutes(fleet: FleetReader): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: CHECK_METHODS,
      url: '/check/:pool/:server',
      schema: {
        summary: 'Whether a server belongs in a pool now',
        description: '200 in service, 404 softly out (pairs with http-check disable-on-404), 503 hard out.',
        params: z.object({ pool: z.string(), server: z.string() }),
        querystring: maxLagQuery,
        produces: ['text/plain'],
        response: { 200: reason, 404: reason, 503: reason, 400: problemSchema },
      },
      handler: ({ params, query }, reply) =>
        writeAnswer(reply, answerCheck(fleet.snapshot(), params.pool, params.server, query.max_lag ?? null)),
    })
    // A 404 would only mean softly out, and a check of something that does not exist must fail.
    app.route({
      method: CHECK_METHODS,
      url: '/check/*',
      schema: { hide: true, params: z.object({ '*': z.string() }) },
      handler: ({ params }, reply) =>
        writeAnswer(reply, { status: 503, text: `unknown pool/server ${quoteName(params['*'])}` }),
    })
    done()
  }
}

export function writeAnswer(reply: FastifyReply, { status, text }: CheckAnswer): string {
  reply.code(status).type('text/plain; charset=utf-8')
  return `${text}\n`
}
