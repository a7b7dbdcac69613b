import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { afterEach, expect, it } from 'vitest'
import { createMysqlProbe } from '../../../src/adapters/mysql/probe.ts'
import type { Reading } from '../../../src/core/reading.ts'
import type { MysqlTls } from '../../../src/ports.ts'
import { createHandClock } from '../../lab/hand-clock.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'
import { loadPem } from './load-fixture.ts'
import { createErrorPacket, createGreeting, WITH_TLS } from './packets.ts'
import { createTarget } from './scripts.ts'

const SAFE: MysqlTls = { ca: loadPem('ca.pem'), cert: null, key: null, verify: true }
/** What the fake says once TLS is there, so that the test can tell how far the probe came. */
const GREETED = { cause: 'auth', text: 'login refused: over TLS' }

/** The packet that asks for TLS; the first of TLS itself may have come along with it. */
const TLS_REQUEST_LENGTH = 36

let server: FakeServer

afterEach(async () => {
  await server.allClosed()
  await server.stop()
})

/** Greets, upgrades to TLS with one of our certificates, and refuses the login. */
async function readOverTls(certificate: string, tls: MysqlTls, host: string): Promise<Reading> {
  server = await startFakeServer((socket) => {
    socket.write(createGreeting(WITH_TLS))
    socket.once('data', (chunk) => {
      socket.pause().unshift(chunk.subarray(TLS_REQUEST_LENGTH))
      upgrade(socket, certificate)
    })
  })
  return createMysqlProbe(createTarget(server.port, { tls, host }), createHandClock()).read()
}

function upgrade(socket: Socket, certificate: string): void {
  const secure = new TLSSocket(socket, {
    isServer: true,
    cert: loadPem(`${certificate}.pem`),
    key: loadPem(`${certificate}.key`),
  })
  secure.on('error', () => {}) // the probe hangs up on certificates that it does not like
  secure.once('data', () => secure.end(createErrorPacket(3, 1045, 'over TLS')))
}

it.each`
  certificate     | host           | why
  ${'by-address'} | ${'127.0.0.1'} | ${'its address is in the certificate'}
  ${'by-name'}    | ${'localhost'} | ${'its name is in the certificate'}
`('trusts $host, since $why', async ({ certificate, host }) => {
  expect(await readOverTls(certificate, SAFE, host)).toMatchObject(GREETED)
})

it.each`
  certificate     | host           | tls                                   | text
  ${'by-name'}    | ${'127.0.0.1'} | ${SAFE}                               | ${"TLS failed: Hostname/IP does not match certificate's altnames: IP: 127.0.0.1"}
  ${'by-address'} | ${'localhost'} | ${SAFE}                               | ${"TLS failed: Hostname/IP does not match certificate's altnames: Host: localhost"}
  ${'by-address'} | ${'127.0.0.1'} | ${{ ...SAFE, ca: null }}              | ${'TLS failed: '}
  ${'by-address'} | ${'127.0.0.1'} | ${{ ...SAFE, cert: 'no', key: 'no' }} | ${'TLS failed: '}
`(
  'does not log in on $host with the certificate $certificate: $text',
  async ({ certificate, host, tls, text }) => {
    expect(await readOverTls(certificate, tls, host)).toMatchObject({
      cause: 'auth',
      text: expect.stringContaining(text),
    })
  },
)

it('takes any certificate where verification is off', async () => {
  const tls = { ...SAFE, ca: null, verify: false }
  expect(await readOverTls('by-name', tls, '127.0.0.1')).toMatchObject(GREETED)
})

it('is lost when the server hangs up while TLS is being set up', async () => {
  server = await startFakeServer((socket) => {
    socket.write(createGreeting(WITH_TLS))
    socket.once('data', () => socket.destroy())
  })
  const probe = createMysqlProbe(createTarget(server.port, { tls: SAFE }), createHandClock())
  expect(await probe.read()).toMatchObject({ cause: 'lost', text: 'connection lost' })
})
