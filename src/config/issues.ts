/** Turns what zod found into sentences of our own. */

import type { z } from 'zod'
import type { Findings } from './findings.ts'
import { describePath, type Path, quote } from './path.ts'
import { didYouMean, suggest } from './suggest.ts'

type Issue = z.core.$ZodIssue

export function reportIssues(issues: readonly Issue[], findings: Findings): void {
  // Misspelt keys come first, since a key that is missing may be one of them.
  const misspelt = issues.filter((issue) => issue.code === 'unrecognized_keys')
  const others = issues.filter((issue) => issue.code !== 'unrecognized_keys')
  for (const issue of [...misspelt, ...others]) reportIssue(issue, [], findings)
}

function reportIssue(issue: Issue, parent: Path, findings: Findings): void {
  const path = [...parent, ...(issue.path as Path)]
  const value = valueAt(findings.document.value, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      for (const key of issue.keys) reportUnknownKey(path, key, issue.message.split(' '), findings)
      return
    case 'invalid_key':
      findings.refuseKey(path, `${describePath(path)} ${issue.issues[0]?.message}`)
      return
    case 'invalid_union': {
      // Our unions are all "false or a map": a map is judged as one.
      const asMap = isMap(value) ? issue.errors[1] : undefined
      if (asMap === undefined) findings.refuse(path, describe(path, value, issue.message, findings))
      else for (const inner of asMap) reportIssue(inner, path, findings)
      return
    }
    default:
      findings.refuse(path, describe(path, value, issue.message, findings))
  }
}

/** `message` is the end of the sentence, as in `fields.ts`. */
function describe(path: Path, value: unknown, message: string, findings: Findings): string {
  if (value === undefined) return describeMissing(path)
  if (path.length === 0) return `the file ${message}`
  const place = describePath(path)
  if (value === null) return `${place} has no value`
  // Text where a map should be may be a password whose colon lacks a space, so it is not shown.
  if (typeof value === 'object' || /\b(map|list)\b/.test(message)) return `${place} ${message}`
  return `${place}: ${findings.document.show(path)} ${message}`
}

function describeMissing(path: Path): string {
  const key = path.at(-1)
  const around = describePath(path.slice(0, -1))
  return around === '' ? `${key} is missing` : `${around}: ${key} is missing`
}

const PLAIN_KEY = /^[A-Za-z0-9_.-]{1,60}$/

function reportUnknownKey(path: Path, key: string, known: readonly string[], findings: Findings): void {
  const place = path.length === 0 ? '' : `${describePath(path)}: `
  const meant = suggest(key, known)
  if (meant !== null && valueAt(findings.document.value, [...path, meant]) === undefined) {
    findings.excuse([...path, meant])
  }
  findings.refuseKey([...path, key], `${place}${describeUnknownKey(key)}${didYouMean(meant)}`)
}

/** A key such as `password:secret`, whose colon lacks a space, is not shown as a whole. */
function describeUnknownKey(key: string): string {
  if (PLAIN_KEY.test(key)) return `unknown key ${quote(key)}`
  const start = key.slice(0, key.indexOf(':'))
  return PLAIN_KEY.test(start) ? `a space is missing after "${start}:"` : 'unknown key'
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Readonly<Record<string | number, unknown>>)[step]
  }
  return at
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
