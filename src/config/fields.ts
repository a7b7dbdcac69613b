/**
 * Schemas of single values: text in, our own types out.
 *
 * Each error message is the end of a sentence whose beginning, the name and the
 * value, `issues.ts` puts before it.
 */

import { z } from 'zod'
import { type Percent, parseDuration, type Seconds } from '../core/units.ts'
import { ADDRESS, type PortRule, parseAddress } from './address.ts'
import type { Address } from './config.ts'

const DURATION = /^\d+(\.\d+)?(ms|s|m|h|d)$/
const PERCENT = /^(100|[1-9]?[0-9])%$/
const NAME = /^[A-Za-z0-9_.:-]{1,100}$/
const TABLE = /^([A-Za-z_][A-Za-z0-9_$]{0,63}\.)?[A-Za-z_][A-Za-z0-9_$]{0,63}$/

const NO_NAME = 'may only hold letters, digits and _ . : - and at most 100 of them'

/** Limits are written as durations and are allowed themselves. */
export function duration(limits: { readonly min?: string; readonly max?: string } = {}) {
  const { min = '0s', max = '3650d' } = limits
  const error = ({ input }: { readonly input?: unknown }): string =>
    typeof input === 'number'
      ? `has no unit, write ${input}s or ${input}ms`
      : 'is not a duration such as 500ms, 5s or 2h'
  return z
    .string({ error })
    .regex(DURATION, { error })
    .transform((text, context): Seconds => {
      const seconds = parseDuration(text)
      if (seconds === null || seconds > secondsOf(max)) context.addIssue(`is above the limit of ${max}`)
      else if (seconds < secondsOf(min)) context.addIssue(`is below the limit of ${min}`)
      return seconds ?? 0
    })
}

/** Reads a duration that the program itself wrote. */
export function secondsOf(text: string): Seconds {
  return parseDuration(text) as Seconds
}

export function percent() {
  const error = ({ input }: { readonly input?: unknown }): string =>
    typeof input === 'number' ? `has no unit, write ${input}%` : 'is not a whole percentage from 0% to 100%'
  return z
    .string({ error })
    .regex(PERCENT, { error })
    .transform((text): Percent => percentOf(text))
}

export function percentOf(text: string): Percent {
  return Number(text.slice(0, -1))
}

export function integer(lowest: number, highest: number) {
  const error = `is not a whole number from ${lowest} to ${highest}`
  return z.number({ error }).int({ error }).min(lowest, { error }).max(highest, { error })
}

export function flag() {
  return z.boolean({ error: 'is neither true nor false' })
}

/** Text that must not be empty. */
export function text() {
  const error = ({ input }: { readonly input?: unknown }): string =>
    input === '' ? 'is empty' : notString(input)
  return z.string({ error }).min(1, { error })
}

/** Text that may be empty. */
export function anyText() {
  return z.string({ error: ({ input }) => notString(input) })
}

function notString(input: unknown): string {
  return typeof input === 'object' ? 'is not a string' : 'is not a string, put it in quotes'
}

/** A name that HAProxy takes for a backend or server, too. */
export function name() {
  const error = ({ input }: { readonly input?: unknown }): string =>
    typeof input === 'string' ? NO_NAME : notString(input)
  return z.string({ error }).regex(NAME, { error })
}

/** `table` or `database.table`, safe to stand in SQL as it is. */
export function tableName() {
  const error = 'is not a table or database.table of letters, digits, _ and $'
  return z.string({ error }).regex(TABLE, { error })
}

export function oneOf<const T extends readonly [string, ...string[]]>(...values: T) {
  return z.enum(values, { error: `is not one of ${values.join(', ')}` })
}

/** Hosts are put in lower case, IPv6 loses its brackets. */
export function address(port: PortRule) {
  const error = ({ input }: { readonly input?: unknown }): string => {
    const parsed = parseAddress(typeof input === 'string' ? input : '', port)
    return typeof parsed === 'string' ? parsed : ''
  }
  return z
    .string({ error })
    .regex(ADDRESS, { error })
    .transform((input, context): Address => {
      const parsed = parseAddress(input, port)
      if (typeof parsed !== 'string') return parsed
      context.addIssue(parsed)
      return z.NEVER
    })
}
