import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { createHttpApi, type HttpApiOptions } from '../../../src/adapters/http/api.ts'
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

export async function serve(changes: Partial<HttpApiOptions> = {}): Promise<Served> {
  const logged: string[] = []
  const app = createHttpApi({
    fleet: createOpenShop(),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'up 1\n' }),
    reload: async () => ({ ok: true, warnings: [] }),
    trusted: false,
    version: '1.2.3',
    log: { error: (_fields, message) => logged.push(message) },
    ...changes,
  })
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
