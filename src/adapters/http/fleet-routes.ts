/** `/v1/...`: the snapshot as JSON. */

import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { memberId } from '../../core/pool.ts'
import type { FleetReader } from '../../ports.ts'
import {
  describeExplanation,
  describePool,
  describeServer,
  explanationSchema,
  poolSchema,
  poolsSchema,
  serverSchema,
} from './documents.ts'
import { problemSchema, quoteName, refuse } from './problem.ts'

export function fleetRoutes(fleet: FleetReader): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/pools',
      { schema: { summary: 'Every pool with its servers', response: { 200: poolsSchema } } },
      () => ({ cluster: fleet.cluster, pools: fleet.snapshot().pools.map(describePool) }),
    )
    app.get(
      '/v1/pools/:pool',
      {
        schema: {
          summary: 'One pool',
          params: z.object({ pool: z.string() }),
          response: { 200: poolSchema, 404: problemSchema },
        },
      },
      ({ params }, reply) => {
        const view = fleet.snapshot().pools.find(({ pool }) => pool.name === params.pool)
        return view ? describePool(view) : refuse(reply, 404, `unknown pool ${quoteName(params.pool)}`)
      },
    )
    app.get(
      '/v1/servers/:server',
      {
        schema: {
          summary: 'One server in each of its pools',
          params: z.object({ server: z.string() }),
          response: { 200: serverSchema, 404: problemSchema },
        },
      },
      ({ params }, reply) =>
        describeServer(fleet.snapshot(), params.server) ??
        refuse(reply, 404, `unknown server ${quoteName(params.server)}`),
    )
    app.get(
      '/v1/explain/:pool/:server',
      {
        schema: {
          summary: 'A decision step by step',
          params: z.object({ pool: z.string(), server: z.string() }),
          response: { 200: explanationSchema, 404: problemSchema },
        },
      },
      ({ params: { pool, server } }, reply) => {
        const view = fleet.snapshot().views.get(memberId(pool, server))
        const explanation = fleet.explain(pool, server)
        return view && explanation
          ? describeExplanation(view, explanation)
          : refuse(reply, 404, `unknown pool/server ${quoteName(`${pool}/${server}`)}`)
      },
    )
    done()
  }
}
