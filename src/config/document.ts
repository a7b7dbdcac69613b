/** YAML text as a plain value that still knows where each of its parts stands in the file. */

import { isScalar, LineCounter, parseDocument } from 'yaml'
import { findDeepNesting } from './nesting.ts'
import { createNodeIndex, type NodeIndex } from './node-index.ts'
import { isSecretPath, type Path, quote } from './path.ts'
import type { Position } from './problem.ts'
import type { Environment } from './variables.ts'
import { describeYamlError } from './yaml-faults.ts'

export interface ConfigDocument {
  /** Maps as plain objects, variables expanded. */
  readonly value: unknown
  /** What is wrong although the rest can still be read: duplicate keys, unset variables. */
  readonly faults: readonly Fault[]
  /** The value there, or its key; the nearest key above it when it is not in the file. */
  locate(path: Path, part: 'key' | 'value'): Position
  /** The value there as the file spells it, variables unexpanded; no secret, nothing long. */
  show(path: Path): string
  /** Whether a variable in the value there could not be expanded. */
  isUnknown(path: Path): boolean
}

interface Fault {
  readonly at: Position
  readonly text: string
}

export type DocumentReading =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly faults: readonly Fault[] }

const DEEPEST = 64
/** How often the parser may repeat what the anchors name. */
const MOST_REPEATS = 1000
/** One slip in YAML makes many errors, of which the first tell enough. */
const MOST_SYNTAX_FAULTS = 20

/** Never throws, whatever the text. */
export function readDocument(text: string, env: Environment): DocumentReading {
  const lines = countLines(text)
  const faultAt = (offset: number, sentence: string): Fault => ({
    at: positionAt(lines, offset),
    text: sentence,
  })
  const refused = (...faults: readonly Fault[]): DocumentReading => ({ ok: false, faults })

  const deep = findDeepNesting(text, DEEPEST)
  if (deep !== null) return refused(faultAt(deep, `lists and maps are nested deeper than ${DEEPEST} levels`))

  // Unique keys are checked in the node index: the parser takes quadratic time for it.
  const parsed = parseDocument(text, { prettyErrors: false, stringKeys: true, uniqueKeys: false })
  const errors = [...parsed.errors, ...parsed.warnings].slice(0, MOST_SYNTAX_FAULTS)
  if (errors.length > 0) {
    return refused(...errors.map((error) => faultAt(error.pos[0], describeYamlError(error.code))))
  }

  const index = createNodeIndex(parsed, env)
  const faults = index.faults.map((fault) => faultAt(fault.offset, fault.text))
  if (index.faults.some((fault) => fault.fatal)) return refused(...faults)
  try {
    const value: unknown = parsed.toJS({ maxAliasCount: MOST_REPEATS })
    if (value === null) return refused(faultAt(0, 'the file holds no settings'))
    return { ok: true, document: { value, faults, ...createLookups(index, lines) } }
  } catch {
    return refused(...faults, faultAt(0, 'aliases repeat too much, or a value holds itself'))
  }
}

function createLookups(index: NodeIndex, lines: LineCounter): Omit<ConfigDocument, 'value' | 'faults'> {
  return {
    locate(path, part) {
      const { pair, node, complete } = index.find(path)
      const useKey = !complete || node === null || part === 'key' || (isScalar(node) && node.value === null)
      const target = useKey ? pair?.key : node
      return positionAt(lines, target?.range?.[0] ?? 0)
    },
    show(path) {
      const { node } = index.find(path)
      if (!isScalar(node) || isSecretPath(path)) return 'the value'
      const text = index.spelling(node) ?? node.value
      return typeof text === 'string' ? quote(text) : String(text)
    },
    isUnknown(path) {
      const { node } = index.find(path)
      return node !== null && index.isUnknown(node)
    },
  }
}

function countLines(text: string): LineCounter {
  const lines = new LineCounter()
  lines.addNewLine(0)
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1)
  return lines
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}
