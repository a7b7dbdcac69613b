/** How maps are put together out of fields. */

import { z } from 'zod'

export type Shape = Readonly<Record<string, z.ZodType>>

/**
 * A map without other keys. For an unknown one the message is not a sentence
 * but the list of known ones, which `issues.ts` needs to suggest the right one.
 */
export function map<const S extends Shape>(shape: S) {
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : 'is not a map'),
  })
}

/** `fallback` is only told to readers of the JSON Schema, as `default`: nothing is filled in. */
export function optional<T extends z.ZodType>(schema: T, description: string, fallback?: unknown) {
  return schema.optional().meta(fallback === undefined ? { description } : { description, fallback })
}
