/** A guard that runs before the YAML composer does. */

import { Lexer, Parser } from 'yaml'

/**
 * The offset at which lists and maps are nested deeper than `limit`, or null.
 *
 * The composer of yaml 2.9 recurses, and on 100,000 opening brackets it does not
 * throw but aborts the whole process (V8 compiles a regular expression with no
 * stack left). The lexer and parser below it keep a stack of their own.
 */
export function findDeepNesting(text: string, limit: number): number | null {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > limit) return parser.offset
  }
  return null
}
