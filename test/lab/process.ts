import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Seconds } from '../../src/core/units.ts'
import { eventually, Hopeless } from './eventually.ts'
import type { Lab } from './lab.ts'

/** What to start, and how to see that it is ready: by a probe as `eventually` takes it. */
export interface Program {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly isReady: () => Promise<boolean>
  readonly readyWithin?: Seconds
}

/** A process that can be hurt in every way in which real ones are. */
export interface LabProcess {
  readonly name: string
  /** Of the latest start. */
  readonly pid: number
  /** Output of all starts. */
  readonly logFile: string
  isRunning(): boolean
  /** TERM, and KILL for one that has not obeyed after ten seconds. */
  stop(): Promise<void>
  /** Kills it and its own children without a warning. */
  kill9(): Promise<void>
  /** Stops it in its tracks: its sockets stay open and nobody answers. */
  freeze(): void
  thaw(): void
  /** Stops it if it runs, starts it again and waits until it is ready. */
  restart(): Promise<void>
}

/** Starts a program of the lab in a process group of its own and waits until it is ready. */
export async function startProcess(lab: Lab, program: Program): Promise<LabProcess> {
  const logFile = join(lab.dir, `${program.name}.log`)
  let child = await start(lab, program, logFile)

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!isRunning(child)) return
    child.kill(signal)
    signalGroup(child, 'SIGCONT')
    await eventually(`${program.name} to end`, 10, () => !isRunning(child)).catch(() => {})
    signalGroup(child, 'SIGKILL')
    await eventually(`${program.name} to end by KILL`, 10, () => !isRunning(child))
  }

  return {
    name: program.name,
    get pid() {
      return child.pid as number
    },
    logFile,
    isRunning: () => isRunning(child),
    stop: () => end('SIGTERM'),
    kill9: () => {
      signalGroup(child, 'SIGKILL')
      return end('SIGKILL')
    },
    freeze: () => signalGroup(child, 'SIGSTOP'),
    thaw: () => signalGroup(child, 'SIGCONT'),
    async restart() {
      await end('SIGTERM')
      child = await start(lab, program, logFile)
    },
  }
}

async function start(lab: Lab, program: Program, logFile: string): Promise<ChildProcess> {
  const log = openSync(logFile, 'a')
  const child = spawn(program.command, program.args, {
    cwd: lab.dir,
    detached: true,
    env: { ...lab.env, ...program.env },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let failure: string | null = null
  child.once('error', (error) => {
    failure = `${error.message}; sh test/provision.sh installs what is missing`
  })
  await eventually(`${program.name} to be ready`, program.readyWithin ?? 15, () => {
    if (failure !== null) throw new Hopeless(failure)
    if (!isRunning(child)) throw new Hopeless(`it ended with ${child.exitCode ?? child.signalCode}`)
    return program.isReady()
  }).catch((error: Error) => {
    signalGroup(child, 'SIGKILL')
    throw new Error(`${error.message}\n${tail(logFile)}`, { cause: error })
  })
  return child
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // nobody is left in the group
  }
}

function tail(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n')
}
