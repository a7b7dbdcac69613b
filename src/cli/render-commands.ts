/** `render haproxy|grants`: what other programs need to know, made from the configuration. */

import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration, type Seconds } from '../core/units.ts'
import { readConfig } from './config-commands.ts'
import { addConfigOption, type ConfigOptions } from './options.ts'
import { FAMILIES, type Family, renderGrants } from './render/grants.ts'
import { renderHaproxy } from './render/haproxy.ts'
import type { CommandContext } from './terminal.ts'

interface HaproxyFlags extends ConfigOptions {
  readonly bind: string
  readonly port: ReadonlyMap<string, number>
  readonly agentInter: Seconds
  readonly statsSocket: string
  readonly statsPort: number
  readonly unprivileged?: boolean
}

interface GrantsFlags extends ConfigOptions {
  readonly family?: Family
  readonly host: string
}

export function addRenderCommands(program: Command, { terminal }: CommandContext): void {
  const render = program.command('render').description('configuration for other programs')

  addConfigOption(render.command('haproxy'))
    .description('a complete haproxy.cfg for the configured pools')
    .option('--bind <address>', 'where clients connect, * for everywhere', parseBind, '127.0.0.1')
    .addOption(
      new Option('--port <pool=port>', 'port of a pool, repeatable')
        .argParser(parsePortOf)
        .default(
          new Map(),
          '3307 for the first writer pool, 3308 for the first reader pool, then 3309 and up',
        ),
    )
    .addOption(
      new Option('--agent-inter <duration>', 'time between two agent checks of a server')
        .argParser(parseInterval)
        .default(1, '1s'),
    )
    .option('--stats-socket <path>', 'admin socket', parsePath, '/run/haproxy/admin.sock')
    .option('--stats-port <port>', 'port of the stats page on 127.0.0.1', parsePort, 8404)
    .option('--unprivileged', 'to run as an ordinary user: no chroot, no change of user, log to stdout')
    .action((flags: HaproxyFlags) =>
      terminal.write(
        renderHaproxy(readConfig(flags, terminal), {
          ...flags,
          ports: flags.port,
          unprivileged: flags.unprivileged ?? false,
        }),
      ),
    )

  addConfigOption(render.command('grants'))
    .description('the SQL for the MySQL account of poolguard')
    .addOption(new Option('--family <family>', 'kind of server (default: all)').choices(FAMILIES))
    .option('--host <host>', 'where the account may connect from', '%')
    .action((flags: GrantsFlags) => {
      const families = flags.family === undefined ? FAMILIES : [flags.family]
      terminal.write(renderGrants(readConfig(flags, terminal), families, flags.host))
    })
}

function parsePortOf(text: string, before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const at = text.lastIndexOf('=')
  if (at < 1) throw new InvalidArgumentError('It is not pool=port.')
  return new Map(before).set(text.slice(0, at), parsePort(text.slice(at + 1)))
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('A port is a number from 1 to 65535.')
  return port
}

function parseInterval(text: string): Seconds {
  const seconds = parseDuration(text)
  if (seconds === null || seconds < 0.01 || seconds > 3600) {
    throw new InvalidArgumentError('It is not a duration from 10ms to 1h, such as 200ms.')
  }
  return seconds
}

function parseBind(text: string): string {
  if (!/^(\*|[A-Za-z0-9_.:-]+)$/.test(text)) throw new InvalidArgumentError('It is not an address.')
  return text
}

function parsePath(text: string): string {
  if (!/^\/[^\s"'\\#$]+$/.test(text))
    throw new InvalidArgumentError('It is not an absolute path without spaces or quotes.')
  return text
}
