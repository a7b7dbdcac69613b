/**
 * The same file read with both eyes half closed: what is right in itself, and
 * `undefined` for the rest, so that the rules can be checked on a file that has
 * other mistakes, too.
 */

import { z } from 'zod'
import { mysqlShape, serverShape } from './mysql-schema.ts'
import { poolShape } from './pool-schema.ts'
import { listenShape, localShape } from './schema.ts'
import type { Shape } from './shapes.ts'

type LenientShape<S extends Shape> = { [K in keyof S]: z.ZodCatch<z.ZodOptional<S[K]>> }

function lenient<S extends Shape>(shape: S) {
  const fields = Object.entries(shape).map(([key, field]) => [key, orNothing(field)])
  return z.object(Object.fromEntries(fields) as LenientShape<S>)
}

function orNothing<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined)
}

function named<T extends z.ZodType>(schema: T) {
  return z.record(z.string(), orNothing(schema)).catch({})
}

const draftSchema = z
  .object({
    listen: lenient(listenShape).catch({}),
    local: orNothing(lenient(localShape)),
    mysql: lenient(mysqlShape).catch({}),
    servers: named(lenient(serverShape)),
    // Unlike the rest, a list keeps its length, since problems are found by index.
    pools: named(lenient({ ...poolShape, servers: z.array(orNothing(z.string())) })),
  })
  .catch({ listen: {}, mysql: {}, servers: {}, pools: {} })

export type Draft = z.output<typeof draftSchema>
export type DraftListen = Draft['listen']
export type DraftLocal = NonNullable<Draft['local']>
export type DraftMysql = Draft['mysql']
export type DraftPool = NonNullable<Draft['pools'][string]>

/** Total: any value at all gives a draft. */
export function draftConfig(value: unknown): Draft {
  return draftSchema.parse(value)
}
