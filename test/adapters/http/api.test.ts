import { expect, it } from 'vitest'
import type { ReloadOutcome } from '../../../src/ports.ts'
import { lagging, primary } from '../../core/builders.ts'
import { serve } from './serve.ts'
import { createShop } from './shop.ts'

const DB2_IN_RO = {
  pool: 'ro',
  server: 'db2',
  state: 'up',
  weightPercent: 100,
  reason: { code: 'ok', text: 'lag 2.5s' },
  since: '2026-01-01T00:00:01.000Z',
  role: 'replica',
  lagSeconds: 2.5,
  readingAgeSeconds: 0.2,
  intent: null,
}

it('shows the whole snapshot', async () => {
  const { ask } = await serve()
  const answer = await ask('/v1/pools')
  expect(answer).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' })
  expect(answer.json()).toMatchObject({
    cluster: 'shop',
    pools: [
      { name: 'rw', role: 'writer' },
      { name: 'ro', role: 'reader' },
    ],
  })
  expect((await ask('/v1/pools/ro')).json()['servers']).toContainEqual(DB2_IN_RO)
})

it('shows one server as each of its pools sees it', async () => {
  const { ask } = await serve()
  expect((await ask('/v1/servers/db2')).json()).toEqual({
    name: 'db2',
    pools: [
      {
        ...DB2_IN_RO,
        pool: 'rw',
        state: 'down',
        weightPercent: 0,
        reason: { code: 'not_writer', text: 'not the writer: db1 is' },
      },
      DB2_IN_RO,
    ],
  })
})

it('says null for every number that is unknown', async () => {
  const { ask } = await serve({ fleet: createShop() })
  expect((await ask('/v1/pools/ro')).json()['servers']).toContainEqual({
    pool: 'ro',
    server: 'db3',
    state: null,
    weightPercent: null,
    reason: null,
    since: null,
    role: null,
    lagSeconds: null,
    readingAgeSeconds: null,
    intent: null,
  })
})

it('explains a decision step by step', async () => {
  const { ask } = await serve()
  const document = (await ask('/v1/explain/ro/db2')).json()
  expect(document).toMatchObject({
    pool: 'ro',
    server: 'db2',
    verdict: DB2_IN_RO,
    next: expect.stringMatching(/^leaves after/),
  })
  expect(document['steps']).toContainEqual({ question: 'lag', found: '2.5s', limit: '10s (max_lag)' })
})

it('is ready when every server was read, and says until then which were not', async () => {
  const fleet = createShop()
  const { ask } = await serve({ fleet })
  expect(await ask('/-/healthy')).toMatchObject({ status: 200, body: 'ok\n' })
  fleet.advance(0.1, { db1: primary(0.1) })
  expect(await ask('/-/ready')).toMatchObject({ status: 503, body: 'not ready, no reading yet: db2, db3\n' })
  fleet.advance(0.2, { db2: lagging(0, 0.2), db3: lagging(0, 0.2) })
  expect(await ask('/-/ready')).toMatchObject({ status: 200, body: 'ready\n' })
})

it('passes the metrics on with their own content type', async () => {
  const { ask } = await serve()
  expect(await ask('/metrics')).toMatchObject({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: 'up 1\n',
  })
})

it('reloads for nobody but the unix socket', async () => {
  let reloads = 0
  const reload = async (): Promise<ReloadOutcome> => {
    reloads++
    return { ok: true, warnings: ['server "db1" has no password'] }
  }
  const open = await serve({ reload })
  expect(await open.ask('/-/reload', { method: 'POST' })).toMatchObject({
    status: 403,
    type: 'application/problem+json; charset=utf-8',
    body: expect.stringContaining('unix socket'),
  })
  expect(reloads).toBe(0)
  const trusted = await serve({ reload, trusted: true })
  const answer = await trusted.ask('/-/reload', {
    method: 'POST',
    headers: { 'content-type': 'x/y' },
    body: 'ignored',
  })
  expect(answer).toMatchObject({ status: 200, body: '{"warnings":["server \\"db1\\" has no password"]}' })
  expect(reloads).toBe(1)
})

it('lists everything that is wrong with a configuration that it did not take', async () => {
  const problems = ['poolguard.yaml:1:1: a', 'poolguard.yaml:2:1: b']
  const { ask } = await serve({ reload: async () => ({ ok: false, problems }), trusted: true })
  const answer = await ask('/-/reload', { method: 'POST' })
  expect(answer).toMatchObject({ status: 422, type: 'application/problem+json; charset=utf-8' })
  expect(answer.json()).toEqual({
    type: 'about:blank',
    title: 'Unprocessable Entity',
    status: 422,
    detail: 'the configuration has problems, nothing was changed',
    problems,
  })
})

it('documents each of its routes', async () => {
  const { ask } = await serve()
  const document = (await ask('/v1/openapi.json')).json()
  expect(document).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } })
  expect(Object.keys(document['paths'] as object)).toEqual([
    '/check/{pool}/{server}',
    '/v1/pools',
    '/v1/pools/{pool}',
    '/v1/servers/{server}',
    '/v1/explain/{pool}/{server}',
    '/-/healthy',
    '/-/ready',
    '/metrics',
    '/-/reload',
  ])
})
