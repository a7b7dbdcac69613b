/** The HTTP side of the daemon: checks, API, metrics and the status page, all answered from memory. */

import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { type AdminOptions, adminRoutes } from './admin-routes.ts'
import { checkRoutes } from './check-routes.ts'
import { answerNotFound, type HttpLog } from './errors.ts'
import { fleetRoutes } from './fleet-routes.ts'
import { createHttpServer } from './http-server.ts'
import { refuseOtherMethods } from './methods.ts'
import { PAGE_POLICY, renderPage } from './page.ts'

export interface HttpApiOptions extends AdminOptions {
  /** Whether file permissions guard the listener, as they do on the unix socket: only then may it change things. */
  readonly trusted: boolean
  readonly version: string
  readonly log: HttpLog
}

/** Not listening yet. One instance serves one address. */
export function createHttpApi(options: HttpApiOptions): FastifyInstance {
  const app = createHttpServer(options.log)
  app.setNotFoundHandler(answerNotFound)
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'poolguard',
        version: options.version,
        description: 'Which MySQL servers belong in a pool, and why.',
      },
    },
    transform: jsonSchemaTransform,
  })
  app.register((scope, _options, done) => {
    const refuseOthers = refuseOtherMethods(scope)
    addRoutes(scope, options)
    scope.after(refuseOthers)
    done()
  })
  return app
}

function addRoutes(app: FastifyInstance, options: HttpApiOptions): void {
  const { fleet, version } = options
  app.register(checkRoutes(fleet))
  app.register(fleetRoutes(fleet))
  app.register(adminRoutes(options))
  app.get('/v1/openapi.json', { schema: { hide: true } }, () => app.swagger())
  app.get('/', { schema: { hide: true } }, (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      .send(renderPage(fleet.cluster, fleet.snapshot(), version)),
  )
}
