/** One walk over a parsed YAML file: finds nodes by path, expands variables, refuses what JSON could not say. */

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from 'yaml'
import { type Path, quote } from './path.ts'
import { type Environment, expandVariables } from './variables.ts'

/** Where a walk down a path ended. */
interface Found {
  /** The pair whose key came last on the way, null at the top. */
  readonly pair: Pair<Node, Node | null> | null
  /** The value there, aliases followed; null when it is empty or not in the file. */
  readonly node: Node | null
  /** Whether the whole path exists. */
  readonly complete: boolean
}

export interface NodeIndex {
  readonly faults: readonly NodeFault[]
  find(path: Path): Found
  /** How the file spells a scalar that held a variable; undefined when it held none. */
  spelling(node: Node): string | undefined
  /** Whether a variable in this scalar could not be expanded. */
  isUnknown(node: Node): boolean
}

interface NodeFault {
  readonly offset: number
  readonly text: string
  /** After a fatal fault the document cannot be turned into a value. */
  readonly fatal: boolean
}

const MOST_ALIASES = 200

/** Replaces the variables inside `document` as it goes. */
export function createNodeIndex(document: Document, env: Environment): NodeIndex {
  const faults: NodeFault[] = []
  const pairs = new Map<YAMLMap, ReadonlyMap<string, Pair<Node, Node | null>>>()
  const spellings = new Map<Node, string>()
  const unknown = new Set<Node>()
  const aliases: Alias[] = []
  const fail = (node: Node | null | undefined, text: string, fatal: boolean): void => {
    faults.push({ offset: node?.range?.[0] ?? 0, text, fatal })
  }

  visit(document, {
    Map(_, map) {
      const byName = new Map<string, Pair<Node, Node | null>>()
      for (const pair of map.items as Pair<Node, Node | null>[]) {
        const name = isScalar(pair.key) ? pair.key.value : null
        if (typeof name !== 'string' || name === '__proto__') fail(pair.key, 'this cannot be a key', true)
        else {
          if (byName.has(name)) fail(pair.key, `key ${quote(name)} is given twice`, false)
          // The last one wins, as it does in the value that the document becomes.
          byName.set(name, pair)
        }
      }
      pairs.set(map, byName)
    },
    Scalar(part, scalar) {
      if (part === 'key' || typeof scalar.value !== 'string') return
      const expansion = expandVariables(scalar.value, env)
      for (const fault of expansion.faults) fail(scalar, fault, false)
      if (expansion.faults.length > 0) unknown.add(scalar)
      if (expansion.text !== scalar.value) spellings.set(scalar, scalar.value)
      scalar.value = expansion.text
    },
    Alias(_, alias) {
      aliases.push(alias)
    },
  })
  // Each of them is looked up by a walk over the document, so they must be few.
  if (aliases.length > MOST_ALIASES) fail(aliases[MOST_ALIASES], `more than ${MOST_ALIASES} aliases`, true)
  for (const alias of aliases.slice(0, MOST_ALIASES)) {
    if (alias.resolve(document) !== undefined) continue
    fail(alias, 'alias has no anchor before it, put text that starts with * in quotes', true)
  }

  const resolve = (node: Node | null): Node | null =>
    isAlias(node) ? ((node.resolve(document) as Node | undefined) ?? null) : node

  function find(path: Path): Found {
    let pair: Found['pair'] = null
    let node = resolve(document.contents)
    for (const step of path) {
      const next = isMap(node) ? pairs.get(node)?.get(String(step)) : undefined
      const item = isSeq(node) ? (node.items[Number(step)] as Node | undefined) : undefined
      if (next === undefined && item === undefined) return { pair, node: null, complete: false }
      pair = next ?? pair
      node = resolve(next === undefined ? (item as Node) : next.value)
    }
    return { pair, node, complete: true }
  }

  return {
    faults,
    find,
    spelling: (node) => spellings.get(node),
    isUnknown: (node) => unknown.has(node),
  }
}
