import { describe, expect, it } from 'vitest'
import { chooseWriter, listNames } from '../../src/core/writer.ts'
import { at, fleet, primary, seen, unseen, writers } from './builders.ts'

describe('chooseWriter', () => {
  const seenAs = (server: string, cluster: string | null = null, startedAt: number | null = null) => ({
    server,
    cluster,
    startedAt: startedAt === null ? null : at(startedAt),
    seenWritable: true,
    believedWritable: false,
  })
  const readOnly = (server: string) => ({ ...seenAs(server), seenWritable: false })
  const believed = (server: string, cluster: string | null = null) => ({
    ...seenAs(server, cluster),
    seenWritable: false,
    believedWritable: true,
  })
  const one = (server: string) => ({ kind: 'one', server })
  const split = (...servers: readonly string[]) => ({ kind: 'split_brain', servers })

  it.each([
    ['nobody to choose from', [], null, { kind: 'none' }],
    ['nobody is writable', [readOnly('db1'), readOnly('db2')], 'db1', { kind: 'none' }],
    ['one is writable', [readOnly('db1'), seenAs('db2')], 'db1', one('db2')],
    ['two are writable', [seenAs('db1'), seenAs('db2')], 'db1', split('db1', 'db2')],
    ['one is believed to be', [believed('db1'), readOnly('db2')], 'db1', one('db1')],
    ['seeing beats believing', [believed('db1'), seenAs('db2')], 'db1', one('db2')],
    ['two are believed to be', [believed('db1'), believed('db2')], 'db1', split('db1', 'db2')],
    ['a cluster, and nobody before', [seenAs('db1', 'c'), seenAs('db2', 'c')], null, one('db1')],
    ['a cluster, and the writer stays', [seenAs('db1', 'c'), seenAs('db2', 'c')], 'db2', one('db2')],
    ['a cluster, and the writer is gone', [seenAs('db1', 'c'), seenAs('db2', 'c')], 'db3', one('db1')],
    [
      'a cluster, and the writer is believed in',
      [seenAs('db1', 'c'), believed('db2', 'c')],
      'db2',
      one('db2'),
    ],
    [
      'a cluster, and the writer believed in is in another',
      [seenAs('db1', 'c'), believed('db2', 'd')],
      'db2',
      one('db1'),
    ],
    ['a cluster that is only believed in', [believed('db1', 'c'), believed('db2', 'c')], 'db2', one('db2')],
    [
      'a cluster, and the last was started first',
      [seenAs('db1', 'c', 9), seenAs('db2', 'c', 5), seenAs('db3', 'c', 0)],
      null,
      one('db3'),
    ],
    [
      'a cluster, and two were started together',
      [seenAs('db1', 'c', 9), seenAs('db2', 'c', 2), seenAs('db3', 'c', 0)],
      null,
      one('db2'),
    ],
    [
      'a cluster, and one does not say since when',
      [seenAs('db1', 'c'), seenAs('db2', 'c', 5)],
      null,
      one('db2'),
    ],
    [
      'a cluster, and the writer is not the senior',
      [seenAs('db1', 'c', 0), seenAs('db2', 'c', 9)],
      'db2',
      one('db2'),
    ],
    ['two clusters', [seenAs('db1', 'c'), seenAs('db2', 'd')], 'db1', split('db1', 'db2')],
    ['a cluster and one beside it', [seenAs('db1', 'c'), seenAs('db2')], 'db1', split('db1', 'db2')],
  ])('%s', (_what, candidates, incumbent, choice) => {
    expect(chooseWriter(candidates, incumbent)).toEqual(choice)
  })
})

it.each([
  [[], ''],
  [['db1'], 'db1'],
  [['db1', 'db2'], 'db1 and db2'],
  [['db1', 'db2', 'db3'], 'db1, db2 and db3'],
])('lists %j as "%s"', (names, text) => {
  expect(listNames(names)).toBe(text)
})

describe('a writer pool', () => {
  const start = (changes = {}) => {
    const world = fleet(writers(['db1', 'db2'], { fall: 2, ...changes }))
    world.advance(1, { db1: primary(1), db2: seen(1) })
    return world
  }

  it('serves the one writable server and says so to the others', () => {
    const world = start()
    expect(world.says('rw/db1')).toBe('up 100% ok: the writer')
    expect(world.says('rw/db2')).toBe('down 0% not_writer: not the writer: db1 is')
  })

  it('moves with the roles in one step, and is down in between', () => {
    const world = start()
    world.advance(1.5, { db1: seen(1.5, { channels: [] }) })
    expect(world.says('rw/db1')).toBe('down 0% no_writer: no writer: read-only')
    world.advance(1.6, { db2: primary(1.6) })
    expect(world.says('rw/db1')).toBe('down 0% not_writer: not the writer: db2 is')
    expect(world.says('rw/db2')).toBe('up 100% ok: the writer')
  })

  it('serves neither of two writable servers and names both', () => {
    const world = start()
    world.advance(1.5, { db2: primary(1.5) })
    expect(world.says('rw/db1')).toBe('down 0% split_brain: no writer: db1 and db2 are both writable')
    expect(world.says('rw/db2')).toBe('down 0% split_brain: no writer: db1 and db2 are both writable')
  })

  it('names all of three', () => {
    const world = fleet(writers(['a', 'b', 'c']))
    world.advance(1, { a: primary(1), b: primary(1), c: primary(1) })
    expect(world.says('rw/b')).toBe('down 0% split_brain: no writer: a, b and c are all writable')
  })

  it('counts a writable replica as writable: two is two', () => {
    const world = start()
    world.advance(1.5, { db2: seen(1.5, { writable: true }) })
    expect(world.verdict('rw/db1')?.reason.code).toBe('split_brain')
  })

  it('bears a writer out of sight for less than fall readings', () => {
    const world = start()
    world.advance(1.5, { db1: unseen(1.5, 'timeout', 'no answer within 1s') })
    expect(world.says('rw/db1')).toBe('up 100% ok: the writer, last seen writable; now: no answer within 1s')
    world.advance(2, { db1: unseen(2, 'timeout', 'no answer within 1s') })
    expect(world.says('rw/db1')).toBe('down 0% no_writer: no writer: no answer within 1s')
  })

  it('takes a new writer at once when the old one is out of sight', () => {
    const world = start()
    world.advance(1.5, { db1: unseen(1.5), db2: primary(1.5) })
    expect(world.says('rw/db1')).toBe('down 0% not_writer: not the writer: db2 is')
    expect(world.says('rw/db2')).toBe('up 100% ok: the writer')
  })

  it('does not believe in a server that was read-only when it was last seen', () => {
    const world = start()
    world.advance(1.5, { db1: seen(1.5), db2: seen(1.5) })
    world.advance(2, { db1: unseen(2) })
    expect(world.verdict('rw/db1')?.state).toBe('down')
  })

  it('takes a returning writer back with its first reading', () => {
    const world = start()
    world.advance(1.5, { db1: unseen(1.5) })
    world.advance(2, { db1: unseen(2) })
    world.advance(2.5, { db1: primary(2.5) })
    expect(world.says('rw/db1')).toBe('up 100% ok: the writer')
  })

  it('gives up a writer whose reading is too old, without further count', () => {
    const world = start()
    for (const seconds of [2, 3, 4]) world.advance(seconds, { db2: seen(seconds) })
    expect(world.verdict('rw/db1')?.state).toBe('up')
    world.advance(4.1, { db2: seen(4.1) })
    expect(world.says('rw/db1')).toBe('down 0% no_writer: no writer: the last reading is too old')
  })

  it('says of a server that was never read just that', () => {
    const world = fleet(writers(['db1', 'db2']))
    for (const seconds of [1, 2, 3]) world.advance(seconds, { db1: seen(seconds) })
    world.advance(3.5)
    expect(world.says('rw/db2')).toBe('down 0% no_writer: no writer: no reading yet')
  })

  it('holds its writer while it is blind', () => {
    const world = start({ blindHold: 10 })
    world.advance(1.5, { db1: unseen(1.5), db2: unseen(1.6) })
    world.advance(2.1, { db1: unseen(2), db2: unseen(2.1) })
    expect(world.says('rw/db1')).toBe(
      'up 100% blind: blind: sight of all servers was lost at once; held for 9s, was: the writer',
    )
    expect(world.verdict('rw/db2')?.state).toBe('down')
  })
})
