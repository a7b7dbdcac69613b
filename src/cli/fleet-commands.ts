/** `list`, `show`, `explain`: what the daemon thinks. */

import type { Command } from 'commander'
import { didYouMean, suggest } from '../config/suggest.ts'
import { explanationDocument, poolsDocument } from './documents.ts'
import { formatExplanation, formatExplanationTsv } from './explain-view.ts'
import { addOutputOptions, clientFor, type OutputOptions } from './options.ts'
import { formatJson } from './tables.ts'
import { findTarget, parseTarget } from './target.ts'
import type { CommandContext } from './terminal.ts'
import { formatPools, formatVerdict, formatVerdictsTsv } from './verdict-views.ts'

export function addFleetCommands(program: Command, { terminal }: CommandContext): void {
  addOutputOptions(program.command('list', { isDefault: true }))
    .description('all pools with their servers; what runs when no command is named')
    .allowExcessArguments()
    .action(async (options: OutputOptions, list: Command) => {
      refuseWords(program, list)
      const document = await clientFor(options, terminal).ask('GET', '/v1/pools', poolsDocument)
      const servers = document.pools.flatMap((pool) => pool.servers)
      if (options.output === 'json') terminal.write(formatJson(document))
      else if (options.output === 'tsv') terminal.write(formatVerdictsTsv(servers))
      else terminal.write(formatPools(document.pools, terminal))
    })

  addOutputOptions(program.command('show'))
    .description('one server in one pool')
    .argument('<pool/server>', 'as in HAProxy: backend and server name')
    .action(async (text: string, options: OutputOptions) => {
      const target = parseTarget(text)
      const pools = await clientFor(options, terminal).ask('GET', '/v1/pools', poolsDocument)
      const verdict = findTarget(pools, target)
      if (options.output === 'json') terminal.write(formatJson(verdict))
      else if (options.output === 'tsv') terminal.write(formatVerdictsTsv([verdict]))
      else terminal.write(formatVerdict(verdict, terminal))
    })

  addOutputOptions(program.command('explain'))
    .description('why a server is in or out of a pool, step by step, and what would change it')
    .argument('<pool/server>', 'as in HAProxy: backend and server name')
    .action(async (text: string, options: OutputOptions) => {
      const target = parseTarget(text)
      const client = clientFor(options, terminal)
      findTarget(await client.ask('GET', '/v1/pools', poolsDocument), target)
      const path = `/v1/explain/${encodeURIComponent(target.pool)}/${encodeURIComponent(target.server)}`
      const document = await client.ask('GET', path, explanationDocument)
      if (options.output === 'json') terminal.write(formatJson(document))
      else if (options.output === 'tsv') terminal.write(formatExplanationTsv(document))
      else terminal.write(formatExplanation(document, terminal))
    })
}

/** Commander hands a misspelt command to the default one, as an argument. */
function refuseWords(program: Command, list: Command): void {
  const [word] = list.args
  if (word === undefined) return
  if (program.args[0] === list.name()) list.error('error: list takes no arguments')
  const names = program.commands.map((command) => command.name())
  if (names.includes(word))
    program.error(`error: options go after the command, as in poolguard ${word} --help`)
  const nearest = suggest(word, names)
  program.error(`error: unknown command ${JSON.stringify(word)}${didYouMean(nearest)}`)
}
