/** The paths of local mode, which are those that HAProxy asks of clustercheck, GitHub's script and Patroni. */

import type { FastifyReply } from 'fastify'
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { STALL } from '../../core/fleet.ts'
import type { ServerName } from '../../core/pool.ts'
import { elapsed } from '../../core/units.ts'
import type { Clock, FleetReader } from '../../ports.ts'
import { CHECK_METHODS, maxLagQuery, writeAnswer } from './check-routes.ts'
import { answerHealth, answerServing, answerWriter } from './local-answer.ts'
import { answerCheckLag, answerIgnoreLag, answerReadOnly, answerReplica } from './local-reads.ts'
import { findLocalServer, type LocalAnswer, type LocalServer } from './local-server.ts'

export interface LocalOptions {
  readonly fleet: FleetReader
  readonly clock: Clock
  /** The one that is answered for. */
  readonly server: ServerName
}

type Answer = (server: LocalServer) => LocalAnswer

const ROUTES: Readonly<Record<string, Answer>> = {
  '/': answerServing,
  '/master': answerWriter,
  '/primary': answerWriter,
  '/check-lag': answerCheckLag,
  '/ignore-lag': answerIgnoreLag,
  '/read-only': answerReadOnly,
  '/health': answerHealth,
}

/** Every path there is, for those who ask for another. */
export const LOCAL_PATHS: readonly string[] = [...Object.keys(ROUTES), '/replica', '/liveness']

const STALLED: LocalAnswer = { status: 503, text: 'poolguard did not run for a while' }

const noQuery = z.strictObject({}, { error: 'this path takes no parameters' })

export function localRoutes({ fleet, clock, server }: LocalOptions): FastifyPluginCallbackZod {
  /** A process that was stopped for a while must not tell what it knew before. */
  function write(reply: FastifyReply, answer: Answer): string {
    const snapshot = fleet.snapshot()
    const isStalled = elapsed(snapshot.at.monotonic, clock.now().monotonic) > STALL
    return writeAnswer(reply, isStalled ? STALLED : answer(findLocalServer(snapshot, server)))
  }

  return (app, _options, done) => {
    for (const [url, answer] of Object.entries(ROUTES)) {
      app.route({
        method: CHECK_METHODS,
        url,
        schema: { querystring: noQuery },
        handler: (_request, reply) => write(reply, answer),
      })
    }
    app.route({
      method: CHECK_METHODS,
      url: '/replica',
      schema: { querystring: maxLagQuery },
      handler: ({ query }, reply) => write(reply, (local) => answerReplica(local, query.max_lag ?? null)),
    })
    app.route({
      method: CHECK_METHODS,
      url: '/liveness',
      schema: { querystring: noQuery },
      handler: (_request, reply) => writeAnswer(reply, { status: 200, text: 'poolguard runs' }),
    })
    done()
  }
}
