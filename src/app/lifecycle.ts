/** The daemon as a process: configuration, signals, and an orderly end. */

import closeWithGrace from 'close-with-grace'
import { createMysqlProbe } from '../adapters/mysql/probe.ts'
import { createSystemClock } from '../adapters/system/clock.ts'
import { createLogger } from '../adapters/system/log.ts'
import { notifySystemd } from '../adapters/system/notify.ts'
import { loadConfig } from '../config/load.ts'
import { formatProblem } from '../config/problem.ts'
import { EXIT_BUG, OperatorError } from '../errors.ts'
import { createDaemon, type LoadedConfig } from './daemon.ts'

export interface RunOptions {
  readonly configFile: string
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const GRACE_MS = 5000

/** Resolves when the daemon runs; from then on signals end or reload it. */
export async function runDaemon({ configFile, version, env }: RunOptions): Promise<void> {
  const read = (): LoadedConfig => {
    const loaded = loadConfig(configFile, env)
    return loaded.ok ? loaded : { ok: false, problems: loaded.problems.map(formatProblem) }
  }
  const initial = read()
  if (!initial.ok) throw new OperatorError('BAD_CONFIG', initial.problems.join('\n'))
  const { config } = initial
  const log = createLogger(config.logLevel, config.cluster)
  for (const warning of initial.warnings) log.warn(warning)

  const clock = createSystemClock()
  const tellSystemd = (message: string) =>
    notifySystemd(message, env, (error) => log.warn(`systemd-notify failed: ${error.message}`))
  const daemon = createDaemon(config, {
    clock,
    random: Math.random,
    log,
    version,
    createProbe: (target) => createMysqlProbe(target, clock),
    loadConfig: read,
    onReady: () => {
      log.info('every server has been read: agent checks are answered')
      tellSystemd('--ready')
    },
    onFatal: (error) => {
      log.fatal(error.message)
      const status = error instanceof OperatorError ? error.exitStatus : EXIT_BUG
      void daemon.stop().finally(() => process.exit(status))
    },
  })
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'a bug in poolguard: it ends here, and HAProxy keeps what it was told last')
    process.exit(EXIT_BUG)
  })
  process.on('SIGHUP', () => daemon.reload())
  closeWithGrace(
    { delay: GRACE_MS, skip: ['SIGHUP', 'uncaughtException', 'unhandledRejection'] },
    async ({ signal }) => {
      log.info(`${signal ?? 'end'}: stopping`)
      tellSystemd('STOPPING=1')
      await daemon.stop()
    },
  )
  const { http } = await daemon.start()
  log.info({ version, http, socket: config.listen.socket }, 'poolguard runs; servers are being read')
}
