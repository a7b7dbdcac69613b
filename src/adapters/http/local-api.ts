/**
 * Local mode: one poolguard on each database host, which every HAProxy asks
 * about that host's server, as it would ask clustercheck.
 */

import type { FastifyInstance } from 'fastify'
import type { HttpLog } from './errors.ts'
import { createHttpServer } from './http-server.ts'
import { LOCAL_PATHS, type LocalOptions, localRoutes } from './local-routes.ts'
import { refuseOtherMethods } from './methods.ts'
import { refuse } from './problem.ts'

export interface LocalApiOptions extends LocalOptions {
  readonly log: HttpLog
}

/** Not listening yet. Everything is answered from memory, and nothing can be changed. */
export function createLocalApi(options: LocalApiOptions): FastifyInstance {
  const app = createHttpServer(options.log)
  app.setNotFoundHandler((_request, reply) =>
    reply.send(refuse(reply, 404, `no such path, there are ${LOCAL_PATHS.join(' ')}`)),
  )
  app.register((scope, _options, done) => {
    const refuseOthers = refuseOtherMethods(scope)
    scope.register(localRoutes(options))
    scope.after(refuseOthers)
    done()
  })
  return app
}
