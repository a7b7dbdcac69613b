import { beforeEach, describe, expect, it } from 'vitest'
import { createLogger, createLogObserver } from '../../../src/adapters/system/log.ts'
import { up } from '../../../src/core/verdict.ts'
import { instant, lagging, unseen } from '../../core/builders.ts'

let lines: Record<string, unknown>[]

beforeEach(() => {
  lines = []
})

const createLog = () => createLogger('info', 'shop', { write: (line) => lines.push(JSON.parse(line)) })

describe('the log', () => {
  it('has a line per transition, with its reason in words', () => {
    const from = up(100, 'ok', 'lag 0.0s')
    const to = up(0, 'lag', 'lag 6.0s over 5s')
    createLogObserver(createLog()).onTransition?.({
      pool: 'ro',
      server: 'db1',
      from,
      to,
      at: instant(1).wall,
    })
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        cluster: 'shop',
        pool: 'ro',
        server: 'db1',
        from: 'in',
        to: 'soft_out',
        weightPercent: 0,
        code: 'lag',
        msg: 'ro/db1 up 0%: lag 6.0s over 5s',
      },
    ])
  })

  it('has no line per poll: one when a server stops or starts to be readable, or fails otherwise', () => {
    const observer = createLogObserver(createLog())
    const readings = [
      lagging(0, 1),
      lagging(9, 2),
      unseen(3, 'timeout', 'no answer'),
      unseen(4, 'timeout', 'no answer'),
      unseen(5, 'refused', 'connection refused'),
      lagging(0, 6),
      lagging(0, 7),
    ]
    for (const reading of readings) observer.onReading?.('db1', reading, 0.01)
    expect(lines.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
      'warn: db1 cannot be read: no answer',
      'warn: db1 cannot be read: connection refused',
      'info: db1 can be read again',
    ])
  })

  it('shows no secret, at the top or one level down', () => {
    createLog().info(
      { password: 'hunter2', target: { password: 'hunter2', token: 'hunter2', user: 'app' } },
      'x',
    )
    expect(JSON.stringify(lines)).not.toContain('hunter2')
    expect(lines[0]).toMatchObject({ password: '[redacted]', target: { token: '[redacted]', user: 'app' } })
  })
})
