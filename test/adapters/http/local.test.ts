import { describe, expect, it } from 'vitest'
import { answerHealth, answerServing, answerWriter } from '../../../src/adapters/http/local-answer.ts'
import {
  answerCheckLag,
  answerIgnoreLag,
  answerReadOnly,
  answerReplica,
} from '../../../src/adapters/http/local-reads.ts'
import { findLocalServer, type LocalMember } from '../../../src/adapters/http/local-server.ts'
import type { Pool } from '../../../src/core/pool.ts'
import type { Reading } from '../../../src/core/reading.ts'
import {
  channel,
  instant,
  lagging,
  node,
  primary,
  readers,
  seen,
  unseen,
  writers,
} from '../../core/builders.ts'
import { serveLocal } from './serve.ts'
import { createShop, type Shop } from './shop.ts'

const POOLS = [writers(['db1', 'db2']), readers(['db1', 'db2'])]
const PATHS = ['/', '/master', '/check-lag', '/ignore-lag', '/replica', '/read-only', '/health'] as const

/** What each path says of db2. */
function statuses(shop: Shop): readonly number[] {
  const server = findLocalServer(shop.snapshot(), 'db2')
  return [
    answerServing(server),
    answerWriter(server),
    answerCheckLag(server),
    answerIgnoreLag(server),
    answerReplica(server, null),
    answerReadOnly(server),
    answerHealth(server),
  ].map(({ status }) => status)
}

function shopOf(db2: Reading, db1: Reading = primary(1), pools: readonly Pool[] = POOLS): Shop {
  const shop = createShop(pools)
  shop.advance(1, { db1, db2 })
  return shop
}

const delayed = seen(1, { channels: [channel({ delay: 3600 })] })
const stopped = seen(1, { channels: [channel({ lag: null, sql: 'stopped' })] })
const unknown = seen(1, { channels: [channel({ lag: null })] })
const detached = seen(1, { channels: [] })

/** Of db2, where db1 is the primary unless a case says otherwise. */
describe(`the status of ${PATHS.join(' ')}`, () => {
  it.each([
    ['a replica in time', lagging(2.5, 1), [200, 503, 200, 200, 200, 200, 200]],
    ['a replica over the limit', lagging(30, 1), [503, 503, 503, 200, 404, 404, 200]],
    ['a replica whose lag is NULL', unknown, [503, 503, 503, 200, 404, 404, 200]],
    ['a replica with a stopped thread', stopped, [503, 503, 503, 200, 404, 404, 200]],
    ['a delayed replica', delayed, [503, 503, 404, 404, 404, 404, 200]],
    ['a read-only server without source', detached, [503, 503, 503, 503, 404, 404, 200]],
    ['a server that does not answer', unseen(1, 'timeout'), [503, 503, 503, 503, 503, 503, 503]],
    ['a server that refuses us', unseen(1, 'auth'), [503, 503, 503, 503, 503, 503, 503]],
  ])('%s', (_what, reading, expected) => {
    expect(statuses(shopOf(reading))).toEqual(expected)
  })

  it.each([
    ['the writer', primary(1), lagging(0, 1), [200, 200, 404, 404, 404, 200, 200]],
    ['one of two writable servers', primary(1), primary(1), [503, 503, 404, 404, 404, 200, 200]],
    ['a synced Galera node', node(1), node(1), [200, 503, 200, 200, 200, 200, 200]],
    ['a donor', node(1, { localState: 2 }), node(1), [503, 503, 503, 503, 404, 404, 200]],
    [
      'a node without quorum',
      node(1, { isPrimaryComponent: false }),
      node(1),
      [503, 503, 503, 503, 503, 503, 200],
    ],
    [
      'a node in maintenance',
      node(1, { maintenance: 'SHUTDOWN' }),
      node(1),
      [503, 503, 404, 404, 404, 404, 200],
    ],
    [
      'a node with a long queue',
      node(1, { receiveQueue: 500 }),
      node(1),
      [503, 503, 503, 200, 404, 404, 200],
    ],
    ['the Galera node that writes', node(1), unseen(1, 'refused'), [200, 200, 404, 404, 404, 200, 200]],
  ])('%s', (_what, db2, db1, expected) => {
    expect(statuses(shopOf(db2, db1))).toEqual(expected)
  })

  it('before the first reading', () => {
    expect(statuses(createShop(POOLS))).toEqual([503, 503, 503, 503, 503, 503, 503])
  })

  it('a verdict from before a restart, without a reading since', () => {
    const forget = ({ pool, view }: LocalMember) => ({
      pool,
      view: { ...view, role: null, lag: null, readingAge: null },
    })
    const { readers: ro, writers: rw, ...rest } = findLocalServer(shopOf(primary(1)).snapshot(), 'db2')
    const server = { ...rest, readers: ro.map(forget), writers: rw.map(forget) }
    const text = 'no reading yet'
    expect(answerServing(server)).toEqual({ status: 503, text })
    expect(answerWriter(server)).toEqual({ status: 503, text })
    expect(answerReadOnly(server)).toEqual({ status: 503, text })
  })

  it('one server that was read, in pools that wait for another', () => {
    const shop = createShop(POOLS)
    shop.advance(1, { db2: lagging(0, 1) })
    expect(statuses(shop)).toEqual([503, 503, 503, 503, 503, 503, 200])
  })

  it('a hanging server, as soon as its pools have seen enough', () => {
    const pools = [writers(['db1', 'db2'], { fall: 2 }), readers(['db1', 'db2'], { fall: 2 })]
    const shop = shopOf(lagging(0, 1), primary(1), pools)
    shop.advance(1.5, { db2: unseen(1.5, 'timeout') })
    expect(statuses(shop)).toEqual([200, 503, 503, 503, 503, 503, 503])
    shop.advance(2, { db2: unseen(2, 'timeout') })
    expect(statuses(shop)).toEqual([503, 503, 503, 503, 503, 503, 503])
  })

  it('a reading that is too old', () => {
    const shop = shopOf(lagging(0, 1), primary(1), [readers(['db1', 'db2'], { minServers: 2, maxAge: 1 })])
    shop.advance(1.9, { db1: primary(1.9) })
    shop.advance(2.5)
    expect(statuses(shop), 'the floor keeps it, and only / goes by that').toEqual([
      200, 503, 503, 503, 503, 503, 503,
    ])
  })

  it('a server that is in no pool', () => {
    const shop = shopOf(lagging(0, 1), primary(1), [readers(['db1'])])
    expect(statuses(shop)).toEqual([503, 503, 503, 503, 503, 503, 503])
  })

  it('a replica that is in a writer pool only', () => {
    const shop = shopOf(lagging(0, 1), primary(1), [writers(['db1', 'db2'])])
    expect(statuses(shop)).toEqual([503, 503, 503, 503, 503, 503, 200])
  })

  it('the writer that is in a writer pool only', () => {
    const shop = shopOf(primary(1), lagging(0, 1), [writers(['db1', 'db2'])])
    expect(statuses(shop)).toEqual([200, 200, 404, 404, 404, 200, 200])
  })
})

describe('/master without the server in a writer pool', () => {
  const tell = (db2: Reading, pools: readonly Pool[]) =>
    answerWriter(findLocalServer(shopOf(db2, lagging(0, 1), pools).snapshot(), 'db2'))

  it.each([
    ['goes by the role', primary(1), { status: 200, text: 'primary' }],
    ['goes by the role', lagging(0, 1), { status: 503, text: 'replica, not primary' }],
    ['goes by the role', node(1), { status: 503, text: 'galera, not primary' }],
    ['goes by no old role', unseen(1, 'refused', 'refused'), { status: 503, text: 'refused' }],
  ])('%s where there is no writer pool', (_what, reading, answer) => {
    expect(tell(reading, [readers(['db1', 'db2'])])).toEqual(answer)
  })

  it('never passes where a writer pool chooses among others', () => {
    const pools = [writers(['db1']), readers(['db1', 'db2'])]
    expect(tell(primary(1), pools)).toEqual({ status: 503, text: 'in no writer pool' })
  })
})

describe('a server that only the floor keeps', () => {
  const POOL = readers(['db1', 'db2'], { minServers: 1 })
  const kept = (reading: Reading) => findLocalServer(shopOf(reading, primary(1), [POOL]).snapshot(), 'db2')

  it('serves and is a replica, but is no pass for those who count for themselves', () => {
    const server = kept(lagging(30, 1))
    expect(answerServing(server).status).toBe(200)
    expect(answerReplica(server, null).status).toBe(200)
    expect(answerReplica(server, 10)).toEqual({ status: 404, text: 'lag 30.0s over the 10s asked for' })
    expect(answerCheckLag(server)).toMatchObject({
      status: 503,
      text: expect.stringMatching(/^floor: lag 30/),
    })
    expect(answerIgnoreLag(server).status).toBe(200)
  })

  it('is no replica while the age of its data has no bound', () => {
    const server = kept(lagging(30, 1))
    const [member] = server.readers
    if (member === undefined) throw new Error('db2 is in ro')
    const unbound = {
      ...server,
      readers: [{ ...member, view: { ...member.view, lag: null, staleness: null } }],
    }
    expect(answerReplica(unbound, null)).toMatchObject({
      status: 404,
      text: expect.stringMatching(/^lag unknown: floor/),
    })
  })
})

it('passes a replica that looks for its source while its data is known to be young, except where lag is asked', () => {
  const shop = shopOf(lagging(1, 1), primary(1))
  shop.advance(1.5, { db2: seen(1.5, { channels: [channel({ io: 'connecting', lag: null })] }) })
  const server = findLocalServer(shop.snapshot(), 'db2')
  expect(answerReplica(server, null).status).toBe(200)
  expect(answerReplica(server, 10)).toEqual({ status: 404, text: 'lag unknown, asked for at most 10s' })
  expect(answerCheckLag(server)).toMatchObject({
    status: 503,
    text: expect.stringMatching(/^lag unknown: no con/),
  })
})

it('takes the kindest of several pools', () => {
  const strict = { ...readers(['db2'], { maxLag: 1 }), name: 'fresh' }
  const shop = shopOf(lagging(5, 1), primary(1), [strict, readers(['db1', 'db2'])])
  expect(statuses(shop)).toEqual([200, 503, 200, 200, 200, 200, 200])
})

describe('over HTTP', () => {
  it.each`
    path                       | status | body
    ${'/'}                     | ${200} | ${'lag 2.5s\n'}
    ${'/master'}               | ${503} | ${'not the writer: db1 is\n'}
    ${'/primary'}              | ${503} | ${'not the writer: db1 is\n'}
    ${'/check-lag'}            | ${200} | ${'lag 2.5s\n'}
    ${'/ignore-lag'}           | ${200} | ${'lag 2.5s\n'}
    ${'/replica'}              | ${200} | ${'lag 2.5s\n'}
    ${'/replica?max_lag=2.5s'} | ${200} | ${'lag 2.5s\n'}
    ${'/replica?max_lag=2s'}   | ${404} | ${'lag 2.5s over the 2s asked for\n'}
    ${'/read-only'}            | ${200} | ${'lag 2.5s\n'}
    ${'/health'}               | ${200} | ${'replica, answered 0.2s ago\n'}
    ${'/liveness'}             | ${200} | ${'poolguard runs\n'}
  `('$path says $status and why, by GET, HEAD and OPTIONS', async ({ path, status, body }) => {
    const { ask } = await serveLocal()
    expect(await ask(path)).toMatchObject({ status, body, type: 'text/plain; charset=utf-8' })
    expect(await ask(path, { method: 'OPTIONS' })).toMatchObject({ status, body })
    expect(await ask(path, { method: 'HEAD' })).toMatchObject({ status, body: '' })
  })

  it('speaks HTTP/1.0, as `option httpchk` does, and HTTP/1.1 without a Host', async () => {
    const { raw } = await serveLocal()
    expect(await raw('OPTIONS / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nlag 2\.5s\n$/s)
    expect(await raw('GET /master HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 503 /)
  })

  it.each([
    '/replica?max_lag=',
    '/replica?max_lag=5',
    '/replica?max_lag=abc',
    '/replica?max_lag=5s&max_lag=5s',
    '/replica?max_lag=5s&x=1',
    '/replica?lag=16MB',
    '/replica?replication_state=streaming',
    '/check-lag?max_lag=5s',
    '/?x',
    '/liveness?x=1',
  ])('refuses %s, which must never pass for an answer', async (path) => {
    const { ask } = await serveLocal()
    expect((await ask(path)).status).toBe(400)
  })

  it('knows no other paths and methods, and none of those of the API', async () => {
    const { ask } = await serveLocal()
    const missing = await ask('/v1/pools')
    expect(missing).toMatchObject({ status: 404, type: 'application/problem+json; charset=utf-8' })
    expect(missing.json()['detail']).toMatch(/^no such path, there are \/ \/master .* \/liveness$/)
    for (const path of ['/metrics', '/-/reload', '/check/ro/db2', '/check-lag/']) {
      expect((await ask(path)).status).toBe(404)
    }
    const refused = await ask('/check-lag', { method: 'POST' })
    expect(refused).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } })
  })

  it('says that nothing was read yet, and that poolguard lives', async () => {
    const { ask } = await serveLocal({ fleet: createShop() })
    for (const path of PATHS) expect(await ask(path)).toMatchObject({ status: 503, body: 'no reading yet\n' })
    expect((await ask('/liveness')).status).toBe(200)
  })

  it('tells nothing from before a pause of the process', async () => {
    const { ask } = await serveLocal({ clock: { now: () => instant(2.1), after: () => () => {} } })
    for (const path of PATHS) {
      expect(await ask(path)).toMatchObject({ status: 503, body: 'poolguard did not run for a while\n' })
    }
  })
})
