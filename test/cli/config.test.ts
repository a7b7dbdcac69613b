import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { PASSWORD, run, SHOP_YAML, writeConfig } from './run.ts'

it('is content with a good configuration', async () => {
  expect(await run(['config', 'check', '--config', writeConfig()])).toEqual({
    status: 0,
    out: 'ok: 3 servers in 2 pools\n',
    err: '',
  })
})

it('lists all that is wrong with a configuration', async () => {
  const file = writeConfig(SHOP_YAML.replace('cluster', 'clutser').replace('role: writer', 'role: wirter'))
  const { status, out, err } = await run(['config', 'check'], { env: { POOLGUARD_CONFIG: file } })
  expect({ status, out }).toEqual({ status: 78, out: '' })
  expect(err).toMatch(/^poolguard\.yaml:1:1: .*clutser/m)
  expect(err).toMatch(/^poolguard\.yaml:11:.*wirter/m)
  expect(err).toMatch(/^poolguard: \S+\/poolguard\.yaml has [23] problems\n/m)
})

it('warns on standard error, and is content all the same', async () => {
  const file = writeConfig(SHOP_YAML.replace('  password_file: mysql.password\n', ''))
  expect(await run(['config', 'check', '--config', file])).toMatchObject({
    status: 0,
    out: 'ok: 3 servers in 2 pools\n',
    err: expect.stringMatching(/^warning: poolguard\.yaml:\d+:\d+: server "db1" has no password/),
  })
})

it('says why a file cannot be read', async () => {
  expect(await run(['config', 'check', '--config', '/nope/poolguard.yaml'])).toMatchObject({
    status: 78,
    err: expect.stringMatching(/^poolguard: cannot read \/nope\/poolguard\.yaml: no such file\n/),
  })
})

it('shows what is in effect, without secrets', async () => {
  const { status, out } = await run(['config', 'show', '--config', writeConfig()])
  expect(status).toBe(0)
  expect(out).not.toContain(PASSWORD)
  expect(parse(out)).toMatchObject({
    cluster: 'shop',
    listen: { agent: '127.0.0.1:8009' },
    servers: { db1: { address: '10.0.0.11:3306', password: '(secret)', poll_interval: '500ms', tls: false } },
    pools: { ro: { role: 'reader', servers: ['db1', 'db2', 'db3'], max_lag: '5s', writer_fallback: '0%' } },
  })
})

it('shows everything that the file may say', async () => {
  const shown = parse((await run(['config', 'show', '--config', writeConfig()])).out)
  const schema = JSON.parse((await run(['config', 'schema'])).out)
  expect(schema).toMatchObject({ type: 'object', title: 'poolguard.yaml' })
  const keysOf = (map: object) => Object.keys(map).sort()
  expect(keysOf(shown.pools.ro)).toEqual(keysOf(schema.properties.pools.additionalProperties.properties))
  expect(keysOf(shown).concat('local', 'mysql').sort()).toEqual(keysOf(schema.properties))
})
