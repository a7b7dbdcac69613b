/** Reads the password and PEM files that the configuration names. */

import { resolve } from 'node:path'
import type { MysqlTls } from '../ports.ts'
import type { DraftMysql } from './draft.ts'
import type { Findings } from './findings.ts'
import { describePath, type Path } from './path.ts'
import { readTextFile, type TextFile } from './text-file.ts'

/** Undefined where the map says nothing, so that another one decides. */
export interface Secrets {
  readonly password: string | undefined
  readonly tls: MysqlTls | null | undefined
}

const LONGEST_PASSWORD_FILE = 4096
const LONGEST_PEM_FILE = 1024 * 1024
const OTHERS = 0o007

/** For one map of connection settings, `mysql` or a server; `folder` is what relative paths start from. */
export function readSecrets(path: Path, settings: DraftMysql, folder: string, findings: Findings): Secrets {
  const { password, password_file: passwordFile } = settings
  return {
    password:
      passwordFile === undefined
        ? password
        : readPassword([...path, 'password_file'], resolve(folder, passwordFile), findings),
    tls: readTls([...path, 'tls'], settings.tls, folder, findings),
  }
}

/** One trailing newline is not part of the password. */
function readPassword(path: Path, file: string, findings: Findings): string {
  const place = placeOf(path, findings)
  const source = readTextFile(file, LONGEST_PASSWORD_FILE)
  if (!source.ok) findings.refuse(path, `${place} cannot be read: ${source.why}`)
  else if ((source.mode & OTHERS) !== 0) findings.refuse(path, `${place} ${describeOpen(source)}`)
  const password = source.ok ? source.text.replace(/\r?\n$/, '') : ''
  if (password === '') findings.refuse(path, `${place} is an empty file`)
  else if (/[\r\n\0]/.test(password)) findings.refuse(path, `${place} holds more than one line`)
  return password
}

function readTls(
  path: Path,
  tls: DraftMysql['tls'],
  folder: string,
  findings: Findings,
): MysqlTls | null | undefined {
  if (tls === undefined) return undefined
  if (tls === false) return null
  const read = (key: 'ca' | 'cert' | 'key', kind: string): string | null => {
    const file = tls[key]
    return file === undefined ? null : readPem([...path, key], resolve(folder, file), kind, findings)
  }
  return {
    ca: read('ca', 'CERTIFICATE'),
    cert: read('cert', 'CERTIFICATE'),
    key: read('key', 'PRIVATE KEY'),
    verify: tls.verify ?? true,
  }
}

/** Only a private key is a secret, and one that is open is not refused: it may be shared on purpose. */
function readPem(path: Path, file: string, kind: string, findings: Findings): string {
  const place = placeOf(path, findings)
  const source = readTextFile(file, LONGEST_PEM_FILE)
  if (!source.ok) {
    findings.refuse(path, `${place} cannot be read: ${source.why}`)
    return ''
  }
  if (!new RegExp(`-----BEGIN [A-Z ]*${kind}-----`).test(source.text)) {
    findings.refuse(path, `${place} holds no PEM ${kind.toLowerCase()}`)
  }
  if (kind === 'PRIVATE KEY' && (source.mode & OTHERS) !== 0) {
    findings.warn(path, `${place} ${describeOpen(source)}`)
  }
  return source.text
}

function describeOpen(source: TextFile & { readonly ok: true }): string {
  return `is open to others (mode ${source.mode.toString(8)}), run chmod 640 on it`
}

function placeOf(path: Path, findings: Findings): string {
  return `${describePath(path)}: ${findings.document.show(path)}`
}
