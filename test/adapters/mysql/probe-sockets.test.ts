import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMysqlConnection } from '../../../src/adapters/mysql/connection.ts'
import { createMysqlProbe } from '../../../src/adapters/mysql/probe.ts'
import type { MysqlTarget, Probe } from '../../../src/ports.ts'
import { eventually } from '../../lab/eventually.ts'
import { createHandClock, type HandClock } from '../../lab/hand-clock.ts'
import { nextClientConnect } from './client-socket.ts'
import { type FakeServer, findClosedPort, startFakeServer } from './fake-server.ts'
import { createErrorPacket, createGreeting, PLAIN } from './packets.ts'
import { createTarget } from './scripts.ts'

let clock: HandClock
let server: FakeServer
let probe: Probe

beforeEach(() => {
  clock = createHandClock()
})

afterEach(async () => {
  probe.close()
  await server.allClosed()
  await server.stop()
  expect(clock.pending()).toBe(0)
})

async function startProbe(serve: (socket: Socket) => void, change: Partial<MysqlTarget> = {}): Promise<void> {
  server = await startFakeServer(serve)
  probe = createMysqlProbe(createTarget(server.port, change), clock)
}

describe('a server that does not come to the point', () => {
  it('is given up at the deadline when it accepts and never speaks', async () => {
    await startProbe(() => {})
    const connected = nextClientConnect()
    const reading = probe.read()
    await connected
    clock.advance(0.999)
    clock.advance(0.001)
    expect(await reading).toEqual({ kind: 'unseen', at: 0, cause: 'timeout', text: 'no handshake within 1s' })
  })

  it('is waited for in line by one connection, not asked anew each time', async () => {
    let greet = () => {}
    await startProbe((socket) => {
      greet = () => socket.end(createErrorPacket(0, 1129, 'Host is blocked'))
    })
    const connected = nextClientConnect()
    for (const round of [0, 1, 2]) {
      const reading = probe.read()
      if (round === 0) await connected
      clock.advance(1)
      expect(await reading).toMatchObject({ cause: 'timeout', text: 'no handshake within 1s' })
    }
    expect(server.accepted()).toBe(1)
    const reading = probe.read()
    greet()
    expect(await reading).toMatchObject({ at: 3000, cause: 'auth' })
    expect(server.accepted()).toBe(1)
  })

  it('is asked anew when the connection in line breaks, or has waited for half a minute', async () => {
    await startProbe(() => {})
    let connected = nextClientConnect()
    const first = probe.read()
    await connected
    clock.advance(1)
    await first
    server.hangUp()
    expect(await probe.read()).toMatchObject({ cause: 'lost' })
    expect(server.accepted()).toBe(1)

    connected = nextClientConnect()
    const second = probe.read()
    await connected
    clock.advance(1)
    await second
    const last = probe.read()
    clock.advance(30)
    expect(await last).toMatchObject({ cause: 'timeout' })
    await server.allClosed()
    connected = nextClientConnect()
    const third = probe.read()
    await connected
    clock.advance(1)
    await third
    await eventually('the third connection', 5, () => server.accepted() === 3)
  })

  it('is given up at the deadline when it does not even connect', async () => {
    await startProbe(() => {}, { timeout: 0.25 })
    const reading = probe.read()
    clock.advance(0.25) // before the event loop had a chance
    expect(await reading).toMatchObject({ cause: 'timeout', text: 'no TCP connection within 250ms' })
  })

  it('is given up at the deadline when it greets and then hangs', async () => {
    let heard = () => {}
    const login = new Promise<void>((resolve) => {
      heard = resolve
    })
    await startProbe((socket) => {
      socket.write(createGreeting(PLAIN))
      socket.once('data', heard)
    })
    const reading = probe.read()
    await login
    clock.advance(1)
    expect(await reading).toMatchObject({ cause: 'timeout', text: 'no answer to the login within 1s' })
  })

  it('is given up when it greets by halves', async () => {
    const greeting = createGreeting(PLAIN)
    await startProbe((socket) => void socket.write(greeting.subarray(0, 3)))
    const connected = nextClientConnect()
    const reading = probe.read()
    await connected
    clock.advance(1)
    expect(await reading).toMatchObject({ cause: 'timeout' })
  })

  it('ends at once when the probe is closed', async () => {
    await startProbe(() => {})
    const connected = nextClientConnect()
    const reading = probe.read()
    await connected
    probe.close()
    expect(await reading).toMatchObject({ cause: 'lost', text: 'probe closed' })
  })
})

describe('a server that is none', () => {
  it('is refused where nobody listens', async () => {
    await startProbe(() => {})
    const port = await findClosedPort()
    const elsewhere = createMysqlProbe(createTarget(port), clock)
    expect(await elsewhere.read()).toEqual({
      kind: 'unseen',
      at: 0,
      cause: 'refused',
      text: 'connection refused',
    })
  })

  it.each`
    what                       | serve                                                                                 | cause                     | text
    ${'closes at once'}        | ${(socket: Socket) => socket.end()}                                                   | ${'lost'}                 | ${'connection closed before the handshake'}
    ${'resets at once'}        | ${(socket: Socket) => socket.resetAndDestroy()}                                       | ${'lost'}                 | ${'connection lost'}
    ${'speaks HTTP'}           | ${(socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n')}                     | ${'unexpected'}           | ${'the port does not speak the MySQL protocol'}
    ${'speaks the X protocol'} | ${(socket: Socket) => socket.write('\x05\0\0\0\x0b\x08\x05\x1a\0')}                   | ${'unexpected'}           | ${'the port does not speak the MySQL protocol'}
    ${'speaks SSH'}            | ${(socket: Socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n')}                      | ${'unexpected'}           | ${'the port does not speak the MySQL protocol'}
    ${'is full'}               | ${(socket: Socket) => socket.end(createErrorPacket(0, 1040, 'Too many connections'))} | ${'too_many_connections'} | ${'max_connections reached'}
    ${'has blocked us'}        | ${(socket: Socket) => socket.end(createErrorPacket(0, 1129, 'Host is blocked'))}      | ${'auth'}                 | ${'host is blocked, mysqladmin flush-hosts'}
  `('that $what is $cause', async ({ serve, cause, text }) => {
    await startProbe(serve)
    expect(await probe.read()).toEqual({ kind: 'unseen', at: 0, cause, text })
  })

  it('is unseen when its greeting is garbage behind a good first byte', async () => {
    await startProbe((socket) => void socket.write(Buffer.from('03000000' + '0affff', 'hex')))
    expect(await probe.read()).toMatchObject({ kind: 'unseen', cause: 'unexpected' })
  })

  it('is unseen when it hangs up in the middle of the login', async () => {
    await startProbe((socket) => {
      socket.write(createGreeting(PLAIN))
      socket.once('data', () => socket.destroy())
    })
    expect(await probe.read()).toMatchObject({ cause: 'lost', text: 'connection lost' })
  })

  it('is unseen when it does not offer the TLS that is asked for', async () => {
    const tls = { ca: null, cert: null, key: null, verify: false }
    await startProbe((socket) => void socket.write(createGreeting(PLAIN)), { tls })
    expect(await probe.read()).toMatchObject({ cause: 'auth', text: 'server offers no TLS' })
  })
})

it('says that DNS keeps it waiting', async () => {
  await startProbe(() => {})
  const connection = createMysqlConnection({
    target: createTarget(server.port, { host: 'db1.example' }),
    port: server.port,
    lookup: () => {}, // a resolver that never answers
    ssl: null,
  })
  expect(connection.waitingFor()).toBe('DNS answer for db1.example')
  connection.destroy()
})
