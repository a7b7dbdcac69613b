import { expect, it } from 'vitest'
import { configJsonSchema, configSchema } from '../../src/config/schema.ts'

interface Node {
  readonly type?: string
  readonly description?: string
  readonly pattern?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Node>>
  readonly additionalProperties?: Node | false
  readonly anyOf?: readonly Node[]
}

const schema = configJsonSchema() as Node

/** The example of the contract, without the settings of later releases. */
const CONTRACT = {
  cluster: 'shop',
  listen: { agent: '127.0.0.1:8009', http: '127.0.0.1:8008', socket: '/run/poolguard/poolguard.sock' },
  mysql: {
    user: 'poolguard',
    password_file: '/etc/poolguard/mysql.password',
    poll_interval: '500ms',
    timeout: '1s',
    heartbeat: { table: 'percona.heartbeat' },
    tls: { ca: '/etc/poolguard/ca.pem' },
  },
  servers: {
    db1: { address: '10.0.0.11:3306' },
    db2: { address: '10.0.0.12:3306', tags: { zone: 'a' } },
    db3: { address: '10.0.0.13:3306', tags: { zone: 'b' } },
  },
  pools: {
    rw: { role: 'writer', servers: ['db1', 'db2', 'db3'] },
    ro: {
      role: 'reader',
      servers: ['db1', 'db2', 'db3'],
      max_lag: '5s',
      recover_lag: '2s',
      max_age: '3s',
      rise: 2,
      fall: 2,
      ramp: '20s',
      min_servers: 1,
      max_staleness: '10m',
      writer_weight: '0%',
      writer_fallback: '20%',
    },
  },
  state_dir: '/var/lib/poolguard',
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Paths of values that the JSON Schema does not allow, as far as keys and patterns go. */
function mismatches(value: unknown, node: Node, path: string): readonly string[] {
  if (node.anyOf !== undefined) {
    const object = node.anyOf.find((option) => option.type === 'object')
    return object === undefined ? [path] : mismatches(value, object, path)
  }
  if (!isMap(value)) {
    return typeof value === 'string' && !new RegExp(node.pattern ?? '').test(value) ? [path] : []
  }
  return Object.entries(value).flatMap(([key, child]) => {
    const inner = node.properties?.[key] ?? (node.additionalProperties || undefined)
    return inner === undefined ? [`${path}.${key}`] : mismatches(child, inner, `${path}.${key}`)
  })
}

function walk(node: Node, path: string, visit: (node: Node, path: string) => void): void {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    visit(child, `${path}.${key}`)
    walk(child, `${path}.${key}`, visit)
  }
  for (const option of node.anyOf ?? []) walk(option, path, visit)
  if (node.additionalProperties) walk(node.additionalProperties, `${path}.*`, visit)
}

it('accepts the example of the contract, in zod and in the JSON Schema', () => {
  expect(configSchema.safeParse(CONTRACT).error?.issues ?? []).toEqual([])
  expect(mismatches(CONTRACT, schema, '')).toEqual([])
})

it('allows no key that it does not know, at any level', () => {
  const open: string[] = []
  walk(schema, '', (node, path) => {
    if (node.properties !== undefined && node.additionalProperties !== false) open.push(path)
  })
  expect(schema.additionalProperties).toBe(false)
  expect(open).toEqual([])
})

it('describes every setting in a sentence', () => {
  const undescribed: string[] = []
  walk(schema, '', (node, path) => {
    if (!node.description?.endsWith('.')) undescribed.push(path)
  })
  expect(undescribed).toEqual([])
})

it.each`
  path                          | good                                    | bad
  ${['pools', 'max_lag']}       | ${['500ms', '1.5s', '10m', '2h', '7d']} | ${['5', '5 s', '-1s', 's', '']}
  ${['pools', 'writer_weight']} | ${['0%', '20%', '100%']}                | ${['101%', '20', '2.5%', '020%']}
  ${['servers', 'address']}     | ${['db1', 'db1:3306', '[::1]:3306']}    | ${['', '::1', 'a b', 'mysql://db1']}
`('publishes $path as a string with a pattern', ({ path, good, bad }) => {
  const item = schema.properties?.[path[0]]?.additionalProperties || undefined
  const node = item?.properties?.[path[1]]
  expect(node?.type).toBe('string')
  const pattern = new RegExp(node?.pattern ?? '')
  for (const text of good) expect(text).toMatch(pattern)
  for (const text of bad) expect(text).not.toMatch(pattern)
})

it('tells the defaults of pools and of mysql, but none for what a server inherits', () => {
  const pool = schema.properties?.['pools']?.additionalProperties || undefined
  const server = schema.properties?.['servers']?.additionalProperties || undefined
  expect(pool?.properties?.['max_lag']?.default).toBe('5s')
  expect(schema.properties?.['mysql']?.properties?.['timeout']?.default).toBe('1s')
  expect(server?.properties?.['timeout']).not.toHaveProperty('default')
})
