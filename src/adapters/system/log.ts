/** The JSON log: a line per transition, a line when a server stops or starts to be readable, none per poll. */

import { type DestinationStream, type Logger, pino } from 'pino'
import type { ServerName } from '../../core/pool.ts'
import { standingOf } from '../../core/verdict.ts'
import type { Observer } from '../../ports.ts'

export type { Logger }

/** To stdout, synchronously: what was logged before a crash is there. Secrets are redacted by key. */
export function createLogger(
  level: string,
  cluster: string,
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  const secrets = ['password', 'token', 'key', 'authorization']
  return pino(
    {
      level,
      base: { cluster },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...secrets, ...secrets.map((key) => `*.${key}`)], censor: '[redacted]' },
    },
    destination,
  )
}

export function createLogObserver(log: Logger): Observer {
  const failures = new Map<ServerName, string>()
  return {
    onReading(server, reading) {
      const failure = reading.kind === 'unseen' ? reading.cause : null
      const before = failures.get(server) ?? null
      if (failure === before) return
      if (reading.kind === 'unseen') {
        failures.set(server, reading.cause)
        log.warn({ server, cause: reading.cause }, `${server} cannot be read: ${reading.text}`)
      } else {
        failures.delete(server)
        log.info({ server }, `${server} can be read again`)
      }
    },
    onTransition({ pool, server, from, to }) {
      const fields = {
        pool,
        server,
        from: from && standingOf(from),
        to: standingOf(to),
        weightPercent: to.weightPercent,
        code: to.reason.code,
      }
      log.info(fields, `${pool}/${server} ${to.state} ${to.weightPercent}%: ${to.reason.text}`)
    },
  }
}
