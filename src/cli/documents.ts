/**
 * What the daemon's API says, as far as the commands read it. Keys that they do
 * not know are kept, so that `-o json` shows what a newer daemon says.
 */

import { z } from 'zod'

const verdictDocument = z.looseObject({
  pool: z.string(),
  server: z.string(),
  state: z.enum(['up', 'down']).nullable(),
  weightPercent: z.number().nullable(),
  reason: z.looseObject({ code: z.string(), text: z.string() }).nullable(),
  since: z.string().nullable(),
  role: z.string().nullable(),
  lagSeconds: z.number().nullable(),
  readingAgeSeconds: z.number().nullable(),
})

const poolDocument = z.looseObject({
  name: z.string(),
  role: z.string(),
  servers: z.array(verdictDocument),
})

export const poolsDocument = z.looseObject({ cluster: z.string(), pools: z.array(poolDocument) })

export const explanationDocument = z.looseObject({
  pool: z.string(),
  server: z.string(),
  verdict: verdictDocument,
  steps: z.array(z.looseObject({ question: z.string(), found: z.string(), limit: z.string().nullable() })),
  next: z.string(),
})

export const reloadDocument = z.looseObject({ warnings: z.array(z.string()) })

export const problemDocument = z.looseObject({
  detail: z.string(),
  problems: z.array(z.string()).optional(),
})

export type VerdictDocument = z.output<typeof verdictDocument>
export type PoolDocument = z.output<typeof poolDocument>
export type PoolsDocument = z.output<typeof poolsDocument>
export type ExplanationDocument = z.output<typeof explanationDocument>
