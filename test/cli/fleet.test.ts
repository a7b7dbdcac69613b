import { expect, it } from 'vitest'
import { createShop } from '../adapters/http/shop.ts'
import { unseen } from '../core/builders.ts'
import { run, serveSocket } from './run.ts'

it('lists all pools, also when no command is named', async () => {
  const socket = await serveSocket()
  const { status, out, err } = await run(['--socket', socket])
  expect({ status, err }).toEqual({ status: 0, err: '' })
  expect(out).toBe(`rw (writer, 1 of 3 in)
┌────────┬───────┬────────┬─────────┬──────┬────────────────────────┬───────┐
│ server │ state │ weight │ role    │  lag │ reason                 │ since │
├────────┼───────┼────────┼─────────┼──────┼────────────────────────┼───────┤
│ db1    │ in    │   100% │ primary │      │ the writer             │    3m │
├────────┼───────┼────────┼─────────┼──────┼────────────────────────┼───────┤
│ db2    │ out   │     0% │ replica │ 2.5s │ not the writer: db1 is │    3m │
├────────┼───────┼────────┼─────────┼──────┼────────────────────────┼───────┤
│ db3    │ out   │     0% │         │      │ not the writer: db1 is │    3m │
└────────┴───────┴────────┴─────────┴──────┴────────────────────────┴───────┘

ro (reader, 1 of 3 in)
┌────────┬────────────┬────────┬─────────┬──────┬───────────────────────────────────────┬───────┐
│ server │ state      │ weight │ role    │  lag │ reason                                │ since │
├────────┼────────────┼────────┼─────────┼──────┼───────────────────────────────────────┼───────┤
│ db1    │ softly out │     0% │ primary │      │ the writer, which takes no reads here │    3m │
├────────┼────────────┼────────┼─────────┼──────┼───────────────────────────────────────┼───────┤
│ db2    │ in         │   100% │ replica │ 2.5s │ lag 2.5s                              │    3m │
├────────┼────────────┼────────┼─────────┼──────┼───────────────────────────────────────┼───────┤
│ db3    │ out        │     0% │         │      │ connection refused                    │    3m │
└────────┴────────────┴────────┴─────────┴──────┴───────────────────────────────────────┴───────┘
`)
  expect(await run(['list', '--socket', socket])).toEqual({ status, out, err })
})

it('leaves out the columns in which nothing is known', async () => {
  const socket = await serveSocket({ fleet: createShop() })
  const { out } = await run(['list', '--socket', socket])
  expect(out).toContain('│ server │ state   │ weight │ reason         │\n')
  expect(out).toContain('│ db1    │ unknown │        │ no reading yet │\n')
})

it('colours the state on a terminal, and still names it', async () => {
  const socket = await serveSocket()
  expect((await run(['list'], { env: { POOLGUARD_SOCKET: socket } })).out).not.toContain('\u001b')
  const { out } = await run(['list'], { env: { POOLGUARD_SOCKET: socket }, colour: true })
  expect(out).toContain('\u001b[31mout\u001b[39m')
  expect(out).toContain('\u001b[33msoftly out\u001b[39m')
})

it('lists as TSV whose columns never change', async () => {
  const socket = await serveSocket()
  const { out } = await run(['list', '-o', 'tsv', '--socket', socket])
  const lines = out.trimEnd().split('\n')
  expect(lines[0]).toBe(
    'pool\tserver\tstate\tweight_percent\trole\tlag_seconds\treading_age_seconds\treason_code\treason\tsince',
  )
  expect(lines[1]).toBe('rw\tdb1\tin\t100\tprimary\t\t0.2\tok\tthe writer\t2026-01-01T00:00:01.000Z')
  expect(lines[6]).toBe('ro\tdb3\tout\t0\t\t\t0.2\tunreachable\tconnection refused\t2026-01-01T00:00:01.000Z')
  expect(lines).toHaveLength(7)
})

it('prints the documents of the API as JSON', async () => {
  const socket = await serveSocket()
  const list = JSON.parse((await run(['list', '-o', 'json', '--socket', socket])).out)
  expect(list).toMatchObject({ cluster: 'shop', pools: [{ name: 'rw' }, { name: 'ro' }] })
  const show = JSON.parse((await run(['show', 'ro/db2', '-o', 'json', '--socket', socket])).out)
  expect(show).toEqual(list.pools[1].servers[1])
  expect(show).toHaveProperty('intent', null)
  const explained = JSON.parse((await run(['explain', 'ro/db2', '-o', 'json', '--socket', socket])).out)
  expect(explained).toMatchObject({ verdict: show, next: expect.any(String) })
})

it('shows one server', async () => {
  const socket = await serveSocket()
  expect(await run(['show', 'ro/db2', '--socket', socket])).toEqual({
    status: 0,
    err: '',
    out: `server   ro/db2
state    in
weight   100%
role     replica
lag      2.5s
reading  0.2s old
reason   lag 2.5s
since    3m (2026-01-01T00:00:01.000Z)
`,
  })
})

it('explains a verdict step by step, and says what would change it', async () => {
  const socket = await serveSocket()
  const { out } = await run(['explain', 'ro/db2', '--socket', socket])
  expect(out).toMatch(/^ro\/db2 in, weight 100%: lag 2\.5s\n┌/)
  expect(out).toMatch(/\n│ lag +│ 2\.5s +│ 10s \(max_lag\) +│\n/)
  expect(out).toMatch(/\nnext: leaves after 1 readings with a lag over 10s, or out of sight\n$/)
  const tsv = (await run(['explain', 'ro/db2', '-o', 'tsv', '--socket', socket])).out
  expect(tsv).toMatch(/^question\tfound\tlimit\nreading\t0\.2s old\t3s \(max_age\)\n/)
  expect(tsv).toMatch(/\nnext\tleaves after [^\t]*\t\n$/)
})

it('lets no text from a server steer the terminal or break a line', async () => {
  const fleet = createShop()
  const evil = unseen(1, 'unexpected', 'a\u001b[2J\tb\r\nc\u009b\u202ed')
  fleet.advance(1, { db1: evil, db2: evil, db3: evil })
  const socket = await serveSocket({ fleet })
  for (const words of [['list'], ['list', '-o', 'tsv'], ['show', 'ro/db1'], ['explain', 'ro/db1']]) {
    const { out } = await run([...words, '--socket', socket])
    expect(out).toContain('a [2J b c d')
    expect(out.replaceAll(/[\t\n]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  }
})

it.each`
  target       | message
  ${'roo/db1'} | ${'unknown pool "roo", did you mean "ro"? (known: rw, ro)'}
  ${'ro/bd9'}  | ${'pool "ro" has no server "bd9" (known: db1, db2, db3)'}
  ${'ro/db'}   | ${'pool "ro" has no server "db", did you mean "db1"? (known: db1, db2, db3)'}
`('refuses $target, naming what there is', async ({ target, message }) => {
  const socket = await serveSocket()
  for (const verb of ['show', 'explain']) {
    expect(await run([verb, target, '--socket', socket])).toEqual({
      status: 1,
      out: '',
      err: `poolguard: ${message}\n`,
    })
  }
})
