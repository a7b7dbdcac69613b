/** Reads small text files that people point us at. */

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

export type TextFile =
  | { readonly ok: true; readonly text: string; readonly mode: number }
  /** `why` ends a sentence: `cannot be read: no such file`. */
  | { readonly ok: false; readonly why: string }

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the path is too long',
  ERR_INVALID_ARG_VALUE: 'the path holds a null byte',
}

/** The text of a regular UTF-8 file of at most `limit` bytes. Never blocks on a pipe, never throws. */
export function readTextFile(path: string, limit: number): TextFile {
  let file: number | null = null
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = fstatSync(file)
    if (stat.isDirectory()) return { ok: false, why: 'it is a directory' }
    if (!stat.isFile()) return { ok: false, why: 'it is not a regular file' }
    const bytes = stat.size > limit ? null : readFileSync(file)
    if (bytes === null || bytes.length > limit) {
      return { ok: false, why: `${bytes?.length ?? stat.size} bytes is above the limit of ${limit}` }
    }
    return {
      ok: true,
      text: new TextDecoder('utf-8', { fatal: true }).decode(bytes),
      mode: stat.mode & 0o777,
    }
  } catch (error) {
    return { ok: false, why: describeFailure(error) }
  } finally {
    if (file !== null) closeSync(file)
  }
}

function describeFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is not UTF-8 text'
  return REASONS[code] ?? (code === '' ? 'it cannot be opened' : code)
}
