import { once } from 'node:events'
import net from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AgentCheckResult, createAgentServer } from '../../../src/adapters/haproxy/agent-server.ts'
import { eventually } from '../../lab/eventually.ts'
import { createHandClock } from '../../lab/hand-clock.ts'

let clock = createHandClock()
let server: net.Server
let results: AgentCheckResult[] = []
let unknown: string[] = []
let replies: Map<string, Buffer | null> | null

beforeEach(async () => {
  clock = createHandClock()
  results = []
  unknown = []
  replies = new Map([
    ['ro/db1', Buffer.from('up 100% # lag 0.2s\n')],
    ['ro/db2', null],
  ])
  server = createAgentServer({
    clock,
    replies: () => replies,
    onResult: (result) => results.push(result),
    onUnknown: (name) => unknown.push(name),
  }).listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  await once(server, 'listening')
})

afterEach(async () => {
  server.close()
  await once(server, 'close')
  await eventually('no timer is left behind', 5, async () => clock.pending() === 0 || null)
})

function connect(): net.Socket {
  return net.connect((server.address() as net.AddressInfo).port, '127.0.0.1').on('error', () => {})
}

/** What the server says until it closes the connection. */
async function conversation(socket: net.Socket): Promise<string> {
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk.toString('latin1')
  })
  await closing(socket)
  return said
}

/** Resolves when the connection is gone, broken or not. */
function closing(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}

function ask(request: string | Buffer): Promise<string> {
  const socket = connect()
  socket.write(request)
  return conversation(socket)
}

describe('an agent check', () => {
  it.each([['ro/db1\n'], ['ro/db1\r\n'], ['ro/db1 \n'], ['ro/db1\nand more that nobody asked for\n']])(
    '%j is answered in one line',
    async (request) => {
      expect(await ask(request)).toBe('up 100% # lag 0.2s\n')
      expect(results).toEqual(['answered'])
    },
  )

  it('may come in pieces', async () => {
    const socket = connect().setNoDelay()
    const answer = conversation(socket)
    for (const piece of ['ro', '/d', 'b1', '\n']) {
      socket.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await answer).toBe('up 100% # lag 0.2s\n')
  })

  it('gets no word while the reading is awaited', async () => {
    expect(await ask('ro/db2\n')).toBe('')
    expect(results).toEqual(['withheld'])
  })

  it('gets no word while the daemon has not come to its senses', async () => {
    replies = null
    expect(await ask('ro/db1\n')).toBe('')
    expect(await ask('no/such\n')).toBe('')
    expect(results).toEqual(['withheld', 'withheld'])
  })

  it('for an unknown name is told so, and down', async () => {
    expect(await ask('ro/db9\n')).toBe('down # unknown pool/server "ro/db9"\n')
    expect(unknown).toEqual(['ro/db9'])
    expect(results).toEqual(['unknown'])
  })

  it.each([
    ['an empty line', '\n', 'down # unknown pool/server ""\n'],
    ['binary', Buffer.from([0, 255, 7, 10]), 'down # unknown pool/server "?"\n'],
    ['a name of JavaScript', '__proto__\n', 'down # unknown pool/server "__proto__"\n'],
    ['256 bytes', `${'x'.repeat(256)}\n`, `down # unknown pool/server "${'x'.repeat(197)}..."\n`],
  ])('of %s is answered in one line of ASCII', async (_what, request, answer) => {
    expect(await ask(request)).toBe(answer)
  })

  it.each([
    ['257 bytes', `${'x'.repeat(257)}\n`],
    ['a megabyte without newline', Buffer.alloc(1 << 20, 'x')],
  ])('of %s is closed without a word', async (_what, request) => {
    expect(await ask(request)).toBe('')
    expect(results).toEqual(['bad_request'])
  })
})

describe('a client that stalls', () => {
  it.each([
    ['says nothing', ''],
    ['says half', 'ro/d'],
  ])('because it %s is closed after a second', async (_what, request) => {
    const socket = connect()
    if (request !== '') socket.write(request)
    const [accepted] = (await once(server, 'connection')) as [net.Socket]
    if (request !== '') await once(accepted, 'data')
    clock.advance(0.999)
    expect(accepted.destroyed).toBe(false)
    clock.advance(0.001)
    expect(accepted.destroyed).toBe(true)
    expect(await conversation(socket)).toBe('')
  })

  it('by never closing its side is closed after a second', async () => {
    const port = (server.address() as net.AddressInfo).port
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.write('ro/db1\n')
    const [accepted] = (await once(server, 'connection')) as [net.Socket]
    const [reply] = await once(socket, 'data')
    expect(String(reply)).toBe('up 100% # lag 0.2s\n')
    clock.advance(1)
    await closing(accepted)
    expect(accepted.destroyed).toBe(true)
    socket.destroy()
  })

  it('by the thousand keeps nobody else from an answer', async () => {
    const idle = Array.from({ length: 2000 }, connect)
    await Promise.all(idle.map((socket) => once(socket, 'connect')))
    expect(await ask('ro/db1\n')).toBe('up 100% # lag 0.2s\n')
    const closed = Promise.all(idle.map((socket) => closing(socket.resume())))
    await ask('ro/db1\n')
    clock.advance(1)
    await closed
  })

  it('or breaks its connection harms only itself', async () => {
    const socket = connect()
    const [accepted] = (await once(server, 'connection')) as [net.Socket]
    socket.resetAndDestroy()
    await closing(accepted)
    expect(await ask('ro/db1\n')).toBe('up 100% # lag 0.2s\n')
  })
})
