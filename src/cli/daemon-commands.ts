/** `run`, `reload`, `version`: the daemon itself. */

import type { Command } from 'commander'
import { findConfigFile } from '../config/load.ts'
import { VERSION } from '../version.ts'
import { reloadDocument } from './documents.ts'
import {
  addClientOptions,
  addConfigOption,
  type ClientOptions,
  type ConfigOptions,
  clientFor,
} from './options.ts'
import type { CommandContext } from './terminal.ts'
import { toLine } from './text.ts'

export function addDaemonCommands(program: Command, { terminal, runDaemon }: CommandContext): void {
  addConfigOption(program.command('run'))
    .description('the daemon, in the foreground')
    .action(({ config }: ConfigOptions) =>
      runDaemon({ configFile: findConfigFile(config, terminal.env), version: VERSION, env: terminal.env }),
    )

  addClientOptions(program.command('reload'))
    .description('have the daemon read its configuration again; a bad one changes nothing')
    .action(async (options: ClientOptions) => {
      const { warnings } = await clientFor(options, terminal).ask('POST', '/-/reload', reloadDocument)
      for (const warning of warnings) terminal.writeError(`warning: ${toLine(warning)}\n`)
      terminal.write('ok: configuration reloaded\n')
    })

  program
    .command('version')
    .description('the version of this program')
    .action(() => terminal.write(`poolguard ${VERSION}\n`))
}
