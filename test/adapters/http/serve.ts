import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { createHttpApi, type HttpApiOptions } from '../../../src/adapters/http/api.ts'
import type { HttpLog } from '../../../src/adapters/http/errors.ts'
import { createLocalApi, type LocalApiOptions } from '../../../src/adapters/http/local-api.ts'
import { instant } from '../../core/builders.ts'
import { createOpenShop } from './shop.ts'

interface Answer {
  readonly status: number
  readonly type: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  json(): Record<string, unknown>
}

interface Served {
  readonly app: FastifyInstance
  readonly port: number
  readonly logged: readonly string[]
  /** The path is sent as it is, never normalised. */
  ask(
    path: string,
    init?: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string },
  ): Promise<Answer>
  /** Sends these bytes and resolves with all that comes back until the server closes. */
  raw(bytes: string | Buffer): Promise<string>
}

export function serve(changes: Partial<HttpApiOptions> = {}): Promise<Served> {
  return open((log) =>
    createHttpApi({
      fleet: createOpenShop(),
      metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'up 1\n' }),
      reload: async () => ({ ok: true, warnings: [] }),
      trusted: false,
      version: '1.2.3',
      log,
      ...changes,
    }),
  )
}

/** Local mode for db2, one second after the start. */
export function serveLocal(changes: Partial<LocalApiOptions> = {}): Promise<Served> {
  const clock = { now: () => instant(1), after: () => () => {} }
  return open((log) => createLocalApi({ fleet: createOpenShop(), clock, server: 'db2', log, ...changes }))
}

async function open(createApp: (log: HttpLog) => FastifyInstance): Promise<Served> {
  const logged: string[] = []
  const app = createApp({ error: (_fields, message) => logged.push(message) })
  await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  const { port } = app.server.address() as AddressInfo
  return {
    app,
    port,
    logged,
    ask(path, { method = 'GET', headers = {}, body } = {}) {
      return new Promise((resolve, reject) => {
        const sent = request(
          { port, path, method, headers, host: '127.0.0.1', agent: false },
          async (response) => {
            const content = await text(response)
            resolve({
              status: response.statusCode ?? 0,
              type: response.headers['content-type'] ?? '',
              headers: response.headers,
              body: content,
              json: () => JSON.parse(content),
            })
          },
        )
        sent.on('error', reject)
        sent.end(body)
      })
    },
    raw(bytes) {
      const socket = connect(port, '127.0.0.1')
      socket.write(bytes)
      return text(socket)
    },
  }
}
