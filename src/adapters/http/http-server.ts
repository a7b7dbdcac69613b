/** What all our HTTP listeners have in common: limits, the way errors are told, and nothing kept by anybody. */

import { type FastifyInstance, fastify } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { answerClientError, answerFrameworkError, createErrorHandler, type HttpLog } from './errors.ts'
import { LIMITS, MOST_CONNECTIONS } from './limits.ts'

/** Without routes, and not listening yet. */
export function createHttpServer(log: HttpLog): FastifyInstance {
  const app = fastify({
    ...LIMITS,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  })
  app.server.maxConnections = MOST_CONNECTIONS
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(createErrorHandler(log))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, undefined))
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    done()
  })
  return app
}
