/** What the API says of pools and servers, as JSON: the schemas and how they are filled. */

import { z } from 'zod'
import type { Explanation } from '../../core/explain.ts'
import type { ServerName } from '../../core/pool.ts'
import type { MemberView, PoolView, Snapshot } from '../../core/snapshot.ts'
import type { Seconds } from '../../core/units.ts'

const number = z.number().nullable()

const verdictSchema = z.object({
  pool: z.string(),
  server: z.string(),
  state: z.enum(['up', 'down']).nullable().describe('null before the first verdict'),
  weightPercent: number.describe('0 takes no new connections, running ones finish'),
  reason: z.object({ code: z.string(), text: z.string() }).nullable(),
  since: z.iso.datetime().nullable(),
  role: z
    .enum(['primary', 'replica', 'detached', 'galera', 'group member'])
    .nullable()
    .describe('null while unknown'),
  lagSeconds: number.describe('null while unknown'),
  readingAgeSeconds: number.describe('null before the first reading'),
  intent: z.null(),
})

export const poolSchema = z.object({
  name: z.string(),
  role: z.enum(['reader', 'writer']),
  servers: z.array(verdictSchema),
})

export const poolsSchema = z.object({ cluster: z.string(), pools: z.array(poolSchema) })

export const serverSchema = z.object({
  name: z.string(),
  pools: z.array(verdictSchema).describe('the same server as each of its pools sees it'),
})

export const explanationSchema = z.object({
  pool: z.string(),
  server: z.string(),
  verdict: verdictSchema,
  steps: z.array(
    z.object({ question: z.string(), found: z.string(), limit: z.string().nullable() }).readonly(),
  ),
  next: z.string().describe('what would have to happen for the verdict to change'),
})

type VerdictDocument = z.output<typeof verdictSchema>
type PoolDocument = z.output<typeof poolSchema>

function describeVerdict(view: MemberView): VerdictDocument {
  const { verdict } = view
  return {
    pool: view.pool,
    server: view.server,
    state: verdict?.state ?? null,
    weightPercent: verdict?.weightPercent ?? null,
    reason: verdict && { code: verdict.reason.code, text: verdict.reason.text },
    since: view.since === null ? null : new Date(view.since).toISOString(),
    role: view.role,
    lagSeconds: roundToMs(view.lag),
    readingAgeSeconds: roundToMs(view.readingAge),
    intent: null,
  }
}

function roundToMs(seconds: Seconds | null): Seconds | null {
  return seconds === null ? null : Math.round(seconds * 1000) / 1000
}

export function describePool({ pool, members }: PoolView): PoolDocument {
  return { name: pool.name, role: pool.role, servers: members.map(describeVerdict) }
}

/** Null for a server that is in no pool. */
export function describeServer(snapshot: Snapshot, name: ServerName): z.output<typeof serverSchema> | null {
  const views = snapshot.pools.flatMap(({ members }) => members.filter(({ server }) => server === name))
  return views.length === 0 ? null : { name, pools: views.map(describeVerdict) }
}

export function describeExplanation(
  view: MemberView,
  explanation: Explanation,
): z.output<typeof explanationSchema> {
  return {
    pool: view.pool,
    server: view.server,
    verdict: describeVerdict(view),
    steps: [...explanation.steps],
    next: explanation.next,
  }
}
