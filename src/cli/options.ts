/** Options that several commands share. */

import { type Command, Option } from 'commander'
import { createDaemonClient, type DaemonClient } from './daemon-client.ts'
import { findSocket } from './socket-path.ts'
import type { Terminal } from './terminal.ts'

export interface ConfigOptions {
  readonly config?: string
}

export interface ClientOptions extends ConfigOptions {
  readonly socket?: string
}

export interface OutputOptions extends ClientOptions {
  readonly output: 'table' | 'json' | 'tsv'
}

export function addConfigOption(command: Command): Command {
  return command.option(
    '--config <file>',
    'configuration (default: $POOLGUARD_CONFIG, /etc/poolguard/poolguard.yaml)',
  )
}

export function addClientOptions(command: Command): Command {
  return addConfigOption(
    command.option('--socket <path>', "the daemon's socket (default: $POOLGUARD_SOCKET, listen.socket)"),
  )
}

export function addOutputOptions(command: Command): Command {
  const output = new Option('-o, --output <format>', 'how to print')
  return addClientOptions(command.addOption(output.choices(['table', 'json', 'tsv']).default('table')))
}

export function clientFor(options: ClientOptions, terminal: Terminal): DaemonClient {
  return createDaemonClient(findSocket(options, terminal.env))
}
