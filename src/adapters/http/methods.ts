import type { FastifyInstance } from 'fastify'
import { refuse } from './problem.ts'

/**
 * Answers 405 for the methods that the routes of `app` do not take. Call it
 * before the routes are added, and what it returns after them.
 */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const taken = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = taken.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    taken.set(url, methods)
  })
  return () => {
    for (const [url, methods] of [...taken]) {
      const allow = [...methods].join(', ')
      app.route({
        method: app.supportedMethods.filter((method) => !methods.has(method)),
        url,
        schema: { hide: true },
        handler: (_request, reply) => refuse(reply.header('allow', allow), 405, `this path takes ${allow}`),
      })
    }
  }
}
