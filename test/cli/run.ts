import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createHttpApi, type HttpApiOptions } from '../../src/adapters/http/api.ts'
import { runCommandLine } from '../../src/cli/command-line.ts'
import type { CommandContext } from '../../src/cli/terminal.ts'
import { createOpenShop } from '../adapters/http/shop.ts'

export interface Outcome {
  readonly status: number
  readonly out: string
  readonly err: string
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly colour?: boolean
  readonly runDaemon?: CommandContext['runDaemon']
}

/** The program in this process, three minutes after the shop opened; without an environment unless given. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  let out = ''
  let err = ''
  const status = await runCommandLine(words, {
    terminal: {
      write: (text) => {
        out += text
      },
      writeError: (text) => {
        err += text
      },
      colour: options.colour ?? false,
      env: options.env ?? {},
      now: () => Date.UTC(2026, 0, 1, 0, 3, 1),
    },
    runDaemon: options.runDaemon ?? (() => Promise.reject(new Error('no daemon here'))),
  })
  return { status, out, err }
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'poolguard-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** The API on a unix socket, as the daemon serves it. */
export async function serveSocket(changes: Partial<HttpApiOptions> = {}): Promise<string> {
  const path = join(temporaryFolder(), 'poolguard.sock')
  const app = createHttpApi({
    fleet: createOpenShop(),
    metrics: async () => ({ contentType: 'text/plain', body: '' }),
    reload: async () => ({ ok: true, warnings: [] }),
    trusted: true,
    version: '1.2.3',
    log: { error: () => {} },
    ...changes,
  })
  await app.listen({ path })
  onTestFinished(() => app.close())
  return path
}

export const SHOP_YAML = `cluster: shop
listen: { socket: run/poolguard.sock }
mysql:
  user: poolguard
  password_file: mysql.password
servers:
  db1: { address: 10.0.0.11:3306 }
  db2: { address: 10.0.0.12:3306 }
  db3: { address: 10.0.0.13:3306 }
pools:
  rw: { role: writer, servers: [db1, db2, db3] }
  ro: { role: reader, servers: [db1, db2, db3] }
`

export const PASSWORD = 'correct horse'

/** A configuration file, with the password file that it names. */
export function writeConfig(text: string = SHOP_YAML): string {
  const folder = temporaryFolder()
  const file = join(folder, 'poolguard.yaml')
  writeFileSync(file, text)
  writeFileSync(join(folder, 'mysql.password'), `${PASSWORD}\n`)
  chmodSync(join(folder, 'mysql.password'), 0o640)
  return file
}
