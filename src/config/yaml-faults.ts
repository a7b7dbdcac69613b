/**
 * Our own sentence for each error of the YAML parser.
 *
 * The parser's messages quote the source, which may be a password that was
 * not put in quotes, so only the error's code is used.
 */

import type { ErrorCode } from 'yaml'

const SENTENCES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag',
  BAD_ALIAS: 'an alias or anchor has no valid name, put text that starts with * or & in quotes',
  BAD_COLLECTION_TYPE: 'the tag does not fit a list or a map',
  BAD_DIRECTIVE: 'unknown or malformed % directive',
  BAD_DQ_ESCAPE: 'unknown \\ escape, use single quotes for a literal backslash',
  BAD_INDENT: 'wrong indentation, or a bracket that is not closed',
  BAD_PROP_ORDER: 'anchors and tags stand after the indicator, before the value',
  BAD_SCALAR_START: 'text that starts with this character must be in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a second ": " on one line, or a wrongly indented line: put text that holds ": " in quotes',
  BLOCK_IN_FLOW: 'an indented list or map cannot stand inside brackets',
  DUPLICATE_KEY: 'key is given twice',
  IMPOSSIBLE: 'not valid YAML',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a quote, bracket, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line: is a space missing after a colon?',
  MULTIPLE_ANCHORS: 'a value cannot have two anchors',
  MULTIPLE_DOCS: 'a second document starts here, only one is allowed',
  MULTIPLE_TAGS: 'a value cannot have two tags',
  NON_STRING_KEY: 'a key must be a string',
  RESOURCE_EXHAUSTION: 'lists and maps are nested too deeply',
  TAB_AS_INDENT: 'a tab cannot indent, use spaces',
  TAG_RESOLVE_FAILED: 'unknown tag, put text that starts with ! in quotes',
  UNEXPECTED_TOKEN: 'text that does not belong here, is a quote missing or the indentation wrong?',
}

export function describeYamlError(code: ErrorCode): string {
  return SENTENCES[code] ?? 'not valid YAML'
}
