import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from './lab.ts'
import { type LabProcess, startProcess } from './process.ts'
import { projectRoot } from './project.ts'

export interface Answer {
  readonly status: number
  readonly text: string
  json<T>(): T
}

export interface Poolguard extends LabProcess {
  readonly configFile: string
  readonly url: string
  /** Asks its HTTP listener; rejects after two seconds. */
  get(path: string): Promise<Answer>
  /** Writes its configuration anew; it takes effect at a restart or reload. */
  configure(configText: string): void
}

export interface PoolguardOptions {
  readonly name?: string
  /** The whole poolguard.yaml, given the folder for its socket and its state. */
  readonly configText: (paths: { readonly dir: string }) => string
  /** That of `listen.http`, on 127.0.0.1. */
  readonly httpPort: number
  readonly env?: NodeJS.ProcessEnv
  /** Something to run instead of the built daemon: a script, given the same arguments. */
  readonly script?: string
}

/** Starts the built daemon and waits for `/-/ready`. */
export async function startPoolguard(lab: Lab, options: PoolguardOptions): Promise<Poolguard> {
  const { name = 'poolguard', configText, httpPort, env = {} } = options
  const { script = join(projectRoot, 'dist/src/main.js') } = options
  const dir = lab.folder(name)
  const configFile = join(dir, 'poolguard.yaml')
  const url = `http://127.0.0.1:${httpPort}`

  const configure = (content: string) => writeFileSync(configFile, content)
  const get = async (path: string): Promise<Answer> => {
    const response = await fetch(url + path, { signal: AbortSignal.timeout(2000) })
    const text = await response.text()
    return { status: response.status, text, json: () => JSON.parse(text) }
  }

  configure(configText({ dir }))
  const process = await startProcess(lab, {
    name,
    command: globalThis.process.execPath,
    args: [script, 'run', '--config', configFile],
    env,
    isReady: async () => (await get('/-/ready')).status === 200,
  })
  return Object.assign(process, { configFile, url, get, configure })
}
