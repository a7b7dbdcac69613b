import { describe, expect, it } from 'vitest'
import { lagging, primary, readers, unseen, writers } from '../../core/builders.ts'
import { serve } from './serve.ts'
import { createShop } from './shop.ts'

it.each`
  path                       | status | body
  ${'/check/rw/db1'}         | ${200} | ${'the writer\n'}
  ${'/check/rw/db2'}         | ${503} | ${'not the writer: db1 is\n'}
  ${'/check/ro/db1'}         | ${404} | ${'the writer, which takes no reads here\n'}
  ${'/check/ro/db2'}         | ${200} | ${'lag 2.5s\n'}
  ${'/check/ro/db3'}         | ${503} | ${'connection refused\n'}
  ${'/check/ro/db9'}         | ${503} | ${'unknown pool/server "ro/db9"\n'}
  ${'/check/db2'}            | ${503} | ${'unknown pool/server "db2"\n'}
  ${'/check/ro/db2/'}        | ${503} | ${'unknown pool/server "ro/db2/"\n'}
  ${'/check/ro%2Fdb2/'}      | ${503} | ${'unknown pool/server "ro/db2/"\n'}
  ${'/check/%00/%2e%2e'}     | ${503} | ${'unknown pool/server "\\u0000/.."\n'}
  ${'/check/__proto__/name'} | ${503} | ${'unknown pool/server "__proto__/name"\n'}
`('answers $path with $status and the reason', async ({ path, status, body }) => {
  const { ask } = await serve()
  expect(await ask(path)).toMatchObject({ status, body, type: 'text/plain; charset=utf-8' })
})

it('answers HEAD and OPTIONS as GET, and never lets anybody keep the answer', async () => {
  const { ask } = await serve()
  expect(await ask('/check/ro/db1', { method: 'HEAD' })).toMatchObject({ status: 404, body: '' })
  const options = await ask('/check/ro/db1', { method: 'OPTIONS' })
  expect(options).toMatchObject({ status: 404, body: 'the writer, which takes no reads here\n' })
  expect(options.headers['cache-control']).toBe('no-store')
})

it('is open to HTTP/1.0 and to HTTP/1.1 without a Host, as HAProxy speaks them', async () => {
  const { raw } = await serve()
  expect(await raw('OPTIONS /check/ro/db2 HTTP/1.0\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nlag 2\.5s\n$/s,
  )
  expect(await raw('GET /check/ro/db1 HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /)
})

describe('max_lag', () => {
  it.each`
    path                              | status | body
    ${'/check/ro/db2?max_lag=2500ms'} | ${200} | ${'lag 2.5s\n'}
    ${'/check/ro/db2?max_lag=2499ms'} | ${404} | ${'lag 2.5s over the 2.499s asked for\n'}
    ${'/check/ro/db1?max_lag=1h'}     | ${404} | ${'the writer, which takes no reads here\n'}
    ${'/check/ro/db3?max_lag=1h'}     | ${503} | ${'connection refused\n'}
    ${'/check/rw/db1?max_lag=0s'}     | ${200} | ${'the writer\n'}
  `('asks a stricter question of $path', async ({ path, status, body }) => {
    const { ask } = await serve()
    expect(await ask(path)).toMatchObject({ status, body })
  })

  it.each([
    'max_lag=',
    'max_lag',
    'max_lag=5',
    'max_lag=abc',
    'max_lag=-5s',
    'max_lag=NaN',
    'max_lag=1e3s',
    'max_lag=99999999999d',
    'max_lag=5s&max_lag=5s',
    'max_lag[]=5s',
    'MAX_LAG=5s',
    'lag=5s',
    'max_lag=5s&x=1',
    '__proto__=5s',
    '%ff',
  ])('refuses ?%s, which must never pass for a limit', async (query) => {
    const { ask } = await serve()
    const answer = await ask(`/check/ro/db2?${query}`)
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json; charset=utf-8' })
    expect(answer.json()['detail']).toMatch(/^max_lag is /)
  })

  it('does not pass a server that only the floor keeps, with a reading too old or no lag at all', async () => {
    const pool = readers(['db1', 'db2'], { minServers: 2, maxAge: 1 })
    const fleet = createShop([pool])
    fleet.advance(1, { db1: lagging(0, 1), db2: lagging(0, 1) })
    fleet.advance(1.9, { db1: unseen(1.9, 'grant', 'no privilege') })
    fleet.advance(2.5)
    const { ask } = await serve({ fleet })
    expect(await ask('/check/ro/db1')).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^floor: no privilege/),
    })
    expect(await ask('/check/ro/db1?max_lag=1h')).toMatchObject({
      status: 404,
      body: 'lag unknown, asked for at most 1h\n',
    })
    expect(await ask('/check/ro/db2')).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^floor: last reading 1\.5s old/),
    })
    expect(await ask('/check/ro/db2?max_lag=1h')).toMatchObject({
      status: 404,
      body: 'lag unknown: no reading that is young enough\n',
    })
  })
})

it('fails while nothing was read, whatever the method', async () => {
  const { ask } = await serve({ fleet: createShop() })
  expect(await ask('/check/ro/db2')).toMatchObject({ status: 503, body: 'no reading yet\n' })
  expect((await ask('/check/ro/db2', { method: 'HEAD' })).status).toBe(503)
})

it('tells the verdict from before a pause until the server is read anew', async () => {
  const fleet = createShop([writers(['db1']), readers(['db1', 'db2'])])
  fleet.advance(1, { db1: primary(1), db2: lagging(0, 1) })
  fleet.advance(60)
  const { ask } = await serve({ fleet })
  expect(await ask('/check/ro/db2')).toMatchObject({ status: 200, body: 'lag 0.0s\n' })
  expect((await ask('/check/ro/db1')).status).toBe(404)
  expect(await ask('/check/ro/db2?max_lag=5s'), 'a stricter question needs a young reading').toMatchObject({
    status: 404,
  })
  fleet.advance(60.5, { db1: primary(60.4), db2: lagging(1, 60.4) })
  expect(await ask('/check/ro/db2')).toMatchObject({ status: 200, body: 'lag 1.0s\n' })
})
