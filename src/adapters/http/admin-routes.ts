/** `/-/...` and `/metrics`: for supervisors, Prometheus and whoever reloads the daemon. */

import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Snapshot } from '../../core/snapshot.ts'
import type { FleetReader, ReloadOutcome } from '../../ports.ts'
import { problemSchema, refuse } from './problem.ts'

export interface AdminOptions {
  readonly fleet: FleetReader
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>
  readonly reload: () => Promise<ReloadOutcome>
  readonly trusted: boolean
}

const TEXT = 'text/plain; charset=utf-8'

export function adminRoutes(options: AdminOptions): FastifyPluginCallbackZod {
  const { fleet, metrics, reload, trusted } = options
  return (app, _options, done) => {
    app.get('/-/healthy', { schema: { summary: 'Whether the daemon runs' } }, (_request, reply) =>
      reply.type(TEXT).send('ok\n'),
    )
    app.get(
      '/-/ready',
      { schema: { summary: 'Whether every server has had its first reading: 200 or 503' } },
      (_request, reply) => {
        if (fleet.isReady()) return reply.type(TEXT).send('ready\n')
        return reply
          .code(503)
          .type(TEXT)
          .send(`${describeUnready(fleet.snapshot())}\n`)
      },
    )
    app.get('/metrics', { schema: { summary: 'Metrics for Prometheus' } }, async (_request, reply) => {
      const { contentType, body } = await metrics()
      return reply.type(contentType).send(body)
    })
    app.post(
      '/-/reload',
      {
        schema: {
          summary: 'Read the configuration again',
          description: 'Only over the unix socket. A bad configuration changes nothing.',
          response: {
            200: z.object({ warnings: z.array(z.string()) }),
            403: problemSchema,
            422: problemSchema,
          },
        },
      },
      async (_request, reply) => {
        if (!trusted) {
          return refuse(reply, 403, 'only the unix socket (listen.socket) may reload, run poolguard reload')
        }
        const outcome = await reload()
        if (outcome.ok) return { warnings: [...outcome.warnings] }
        return refuse(reply, 422, 'the configuration has problems, nothing was changed', outcome.problems)
      },
    )
    done()
  }
}

function describeUnready({ pools }: Snapshot): string {
  const awaited = pools
    .flatMap(({ members }) => members)
    .filter((view) => view.readingAge === null)
    .map((view) => view.server)
  return awaited.length === 0 ? 'not ready' : `not ready, no reading yet: ${[...new Set(awaited)].join(', ')}`
}
