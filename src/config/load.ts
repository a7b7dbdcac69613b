/** From a path to a valid configuration, or to everything that is wrong with it. */

import { dirname, resolve } from 'node:path'
import { type AllSecrets, buildConfig } from './build.ts'
import type { Config } from './config.ts'
import { DEFAULTS } from './defaults.ts'
import { readDocument } from './document.ts'
import { type Draft, draftConfig } from './draft.ts'
import { createFindings, type Findings } from './findings.ts'
import { reportIssues } from './issues.ts'
import { checkListen } from './listen-rules.ts'
import { checkLocal } from './local-rules.ts'
import { describePath } from './path.ts'
import { checkPools } from './pool-rules.ts'
import { type Problem, sortProblems } from './problem.ts'
import { configSchema } from './schema.ts'
import { readSecrets, type Secrets } from './secrets.ts'
import { checkServers } from './server-rules.ts'
import { readTextFile } from './text-file.ts'
import type { Environment } from './variables.ts'

export type LoadedConfig =
  | {
      readonly ok: true
      readonly config: Config
      /** Rendered as problems are, sorted by position. */
      readonly warnings: readonly string[]
    }
  | {
      readonly ok: false
      /** All of them, at least one, sorted by position. */
      readonly problems: readonly Problem[]
    }

const DEFAULT_FILE = '/etc/poolguard/poolguard.yaml'
const LARGEST_FILE = 1024 * 1024

/** `--config` (undefined when not given), then `$POOLGUARD_CONFIG`, then the usual place. */
export function findConfigFile(flag: string | undefined, env: Environment): string {
  return flag ?? (env['POOLGUARD_CONFIG'] || DEFAULT_FILE)
}

/**
 * Reads the file and those that it names for passwords and TLS. Never throws:
 * whatever is wrong with the files is a problem. Paths in the file that are
 * relative start from the file's folder.
 */
export function loadConfig(path: string, env: Environment): LoadedConfig {
  const source = readTextFile(path, LARGEST_FILE)
  if (!source.ok) {
    return { ok: false, problems: [{ file: path, at: null, text: `cannot read ${path}: ${source.why}` }] }
  }
  const reading = readDocument(source.text, env)
  if (!reading.ok) {
    return { ok: false, problems: sortProblems(reading.faults.map((fault) => ({ file: path, ...fault }))) }
  }

  const { value } = reading.document
  const findings = createFindings(path, reading.document)
  const input = configSchema.safeParse(value)
  if (!input.success) reportIssues(input.error.issues, findings)

  const draft = draftConfig(value)
  const folder = dirname(resolve(path))
  checkListen(draft.listen, resolve(folder, draft.listen.socket ?? DEFAULTS.socket), findings)
  checkServers(draft, findings)
  checkPools(draft, findings)
  checkLocal(draft, findings)
  const secrets = readAllSecrets(draft, folder, findings)

  const problems = findings.problems()
  if (problems.length > 0 || !input.success) return { ok: false, problems }
  return { ok: true, config: buildConfig(path, input.data, secrets), warnings: findings.warnings() }
}

function readAllSecrets(draft: Draft, folder: string, findings: Findings): AllSecrets {
  const mysql = readSecrets(['mysql'], draft.mysql, folder, findings)
  const servers = new Map<string, Secrets>()
  for (const [name, server] of Object.entries(draft.servers)) {
    if (server === undefined) continue
    const path = ['servers', name]
    const secrets = readSecrets(path, server, folder, findings)
    servers.set(name, secrets)
    if ((secrets.password ?? mysql.password) !== undefined) continue
    findings.warn(path, `${describePath(path)} has no password, so an empty one is sent`)
  }
  return { mysql, servers }
}
