import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { serve } from './serve.ts'

const PROBLEM = 'application/problem+json; charset=utf-8'

it.each`
  why                              | method      | path                               | status | detail
  ${'an unknown path'}             | ${'GET'}    | ${'/nope'}                         | ${404} | ${/no such path/}
  ${'an unknown pool'}             | ${'GET'}    | ${'/v1/pools/xx'}                  | ${404} | ${/^unknown pool "xx"$/}
  ${'an unknown server'}           | ${'GET'}    | ${'/v1/servers/xx'}                | ${404} | ${/^unknown server "xx"$/}
  ${'an unknown pool and server'}  | ${'GET'}    | ${'/v1/explain/ro/xx'}             | ${404} | ${/^unknown pool\/server "ro\/xx"$/}
  ${'a method that is not taken'}  | ${'DELETE'} | ${'/v1/pools'}                     | ${405} | ${/^this path takes GET, HEAD$/}
  ${'a check that would change'}   | ${'POST'}   | ${'/check/ro/db2'}                 | ${405} | ${/^this path takes GET, HEAD, OPTIONS$/}
  ${'a reload by GET'}             | ${'GET'}    | ${'/-/reload'}                     | ${405} | ${/^this path takes POST$/}
  ${'an invalid percent-encoding'} | ${'GET'}    | ${'/check/%zz/db2'}                | ${400} | ${/percent-encoded/}
  ${'a name of 8,000 letters'}     | ${'GET'}    | ${`/v1/pools/${'a'.repeat(8000)}`} | ${414} | ${/too long/}
  ${'a path larger than any'}      | ${'GET'}    | ${`/${'a'.repeat(20_000)}`}        | ${431} | ${/too large/}
`('answers $why with a problem document', async ({ method, path, status, detail }) => {
  const { ask } = await serve()
  const answer = await ask(path, { method })
  expect(answer).toMatchObject({ status, type: PROBLEM })
  expect(answer.json()).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status,
    detail: expect.stringMatching(detail),
  })
  expect(answer.headers['cache-control']).toBe('no-store')
})

it('names the methods that a path takes', async () => {
  const { ask } = await serve()
  expect((await ask('/', { method: 'OPTIONS' })).headers['allow']).toBe('GET, HEAD')
})

it('refuses a body that is larger than anything it takes', async () => {
  const { ask } = await serve({ trusted: true })
  const answer = await ask('/-/reload', { method: 'POST', body: 'x'.repeat(2000) })
  expect(answer).toMatchObject({ status: 413, type: PROBLEM })
})

it.each([
  ['no HTTP at all', 'hello\r\n\r\n'],
  [
    'a path with raw non-ASCII bytes',
    Buffer.from('GET /check/r\xffo/db2 HTTP/1.1\r\nHost: x\r\n\r\n', 'latin1'),
  ],
  ['a header with a null byte', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n'],
  ['two lengths', 'POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ['a TLS hello', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])],
])('answers %s with 400, and closes', async (_why, bytes) => {
  const { raw } = await serve()
  expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/)
})

it('refuses a flood of headers', async () => {
  const { raw } = await serve()
  const headers = Array.from({ length: 2000 }, (_, index) => `X-${index}: ${'y'.repeat(20)}\r\n`).join('')
  expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)).toMatch(/^HTTP\/1\.1 431 /)
})

it('serves others while slow clients dawdle, and closes those', async () => {
  const { ask, port } = await serve()
  const dawdlers = Array.from({ length: 200 }, (_, index) => {
    const socket = connect(port, '127.0.0.1')
    if (index % 2 === 0) socket.write('GET /check/ro/db2 HTTP/1.1\r\nX-Slow: ')
    return text(socket)
  })
  expect((await ask('/check/ro/db2')).status).toBe(200)
  for (const answer of await Promise.all(dawdlers)) expect(answer).toMatch(/^HTTP\/1\.1 408 /)
}, 10_000)

it('says that the fault is its own, logs it once, and goes on', async () => {
  const served = await serve({ metrics: () => Promise.reject(new Error('secret detail')) })
  const answer = await served.ask('/metrics')
  expect(answer).toMatchObject({ status: 500, type: PROBLEM })
  expect(answer.body).not.toContain('secret')
  expect(served.logged).toEqual(['an HTTP request failed'])
  expect((await served.ask('/check/ro/db2')).status).toBe(200)
})

it('survives clients that break their connection off', async () => {
  const { ask, port } = await serve()
  await Promise.all(
    Array.from({ length: 20 }, () => {
      const socket = connect(port, '127.0.0.1')
      socket.write('GET /v1/pools HTTP/1.1\r\nHost: x\r\n\r\n')
      socket.resetAndDestroy()
      return new Promise((resolve) => socket.on('close', resolve).on('error', () => {}))
    }),
  )
  expect((await ask('/v1/pools')).status).toBe(200)
})
