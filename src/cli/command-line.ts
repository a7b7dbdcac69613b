/** The command tree, and what becomes of errors: a sentence on standard error and an exit status. */

import { Command, CommanderError } from 'commander'
import { EXIT_BUG, OperatorError } from '../errors.ts'
import { addConfigCommands } from './config-commands.ts'
import { addDaemonCommands } from './daemon-commands.ts'
import { addFleetCommands } from './fleet-commands.ts'
import { addRenderCommands } from './render-commands.ts'
import type { CommandContext } from './terminal.ts'
import { toLine } from './text.ts'

const EXIT_USAGE = new OperatorError('USAGE', '').exitStatus

const EXAMPLES = `
Examples:
  poolguard                            all pools: who is in, at which weight, and why
  poolguard explain ro/db2             why it is in or out, and what would change it
  poolguard list -o tsv | cut -f 1-4   for scripts; -o json is what the API says
  poolguard config check               everything that is wrong with the configuration
  poolguard render haproxy             a haproxy.cfg for the configured pools
  poolguard reload                     take over an edited configuration

Exit status:
  0 done, 1 refused, 64 usage, 65 bad data, 69 the daemon cannot be reached,
  70 a bug, 75 try again, 77 no permission, 78 bad configuration
`

function createProgram(context: CommandContext): Command {
  const { write, writeError, colour } = context.terminal
  const program = new Command('poolguard')
    .description('Tells HAProxy which MySQL servers belong in a pool, and why.')
    .exitOverride()
    .configureOutput({
      writeOut: write,
      writeErr: writeError,
      getOutHasColors: () => colour,
      getErrHasColors: () => false,
      outputError: (text, print) => print(text.replace(/^error: /, 'poolguard: ')),
    })
    .addHelpText('after', EXAMPLES)
  addFleetCommands(program, context)
  addConfigCommands(program, context)
  addRenderCommands(program, context)
  addDaemonCommands(program, context)
  return program
}

/** Resolves with the exit status; never rejects. `words` are those after the program's name. */
export async function runCommandLine(words: readonly string[], context: CommandContext): Promise<number> {
  try {
    await createProgram(context).parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    return reportError(error, context)
  }
}

function reportError(error: unknown, { terminal }: CommandContext): number {
  // Commander has printed its message itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
  if (error instanceof OperatorError) {
    for (const line of error.message.split('\n')) terminal.writeError(`poolguard: ${toLine(line)}\n`)
    if (error.hint !== '') terminal.writeError(`${error.hint}\n`)
    return error.exitStatus
  }
  terminal.writeError(
    `poolguard: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return EXIT_BUG
}
