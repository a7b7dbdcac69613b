/** `config check|show|schema`: the configuration, without a daemon. */

import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { findConfigFile, loadConfig } from '../config/load.ts'
import { formatProblem } from '../config/problem.ts'
import { configJsonSchema } from '../config/schema.ts'
import { OperatorError } from '../errors.ts'
import { formatConfig } from './config-view.ts'
import { addConfigOption, type ConfigOptions } from './options.ts'
import { formatJson } from './tables.ts'
import type { CommandContext, Terminal } from './terminal.ts'
import { countOf } from './text.ts'

export function addConfigCommands(program: Command, { terminal }: CommandContext): void {
  const config = program.command('config').description('the configuration file')

  addConfigOption(config.command('check'))
    .description('everything that is wrong with it, with line and column')
    .action((options: ConfigOptions) => {
      const { servers, pools } = readConfig(options, terminal)
      terminal.write(`ok: ${countOf(servers.length, 'server')} in ${countOf(pools.length, 'pool')}\n`)
    })

  addConfigOption(config.command('show'))
    .description('what is in effect, with all defaults filled in and without secrets')
    .action((options: ConfigOptions) => terminal.write(formatConfig(readConfig(options, terminal))))

  config
    .command('schema')
    .description('the JSON Schema of the file, for editors')
    .action(() => terminal.write(formatJson(configJsonSchema())))
}

/** Prints warnings, and all problems before it gives up. */
export function readConfig(options: ConfigOptions, terminal: Terminal): Config {
  const file = findConfigFile(options.config, terminal.env)
  const loaded = loadConfig(file, terminal.env)
  if (loaded.ok) {
    for (const warning of loaded.warnings) terminal.writeError(`warning: ${warning}\n`)
    return loaded.config
  }
  const [first] = loaded.problems
  if (first?.at === null) throw new OperatorError('BAD_CONFIG', first.text)
  for (const problem of loaded.problems) terminal.writeError(`${formatProblem(problem)}\n`)
  throw new OperatorError('BAD_CONFIG', `${file} has ${countOf(loaded.problems.length, 'problem')}`)
}
