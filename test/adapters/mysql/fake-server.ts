import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** A TCP server on a port of its own that does with a connection whatever the test says. */
export interface FakeServer {
  readonly port: number
  /** How many connections were ever accepted. */
  accepted(): number
  /** Resolves when no connection is left, which is how the server sees that none leaks. */
  allClosed(): Promise<void>
  /** Drops every connection, and goes on listening. */
  hangUp(): void
  stop(): Promise<void>
}

/** `serve` gets each socket with its number, from 0. */
export async function startFakeServer(serve: (socket: Socket, number: number) => void): Promise<FakeServer> {
  const open = new Map<Socket, Promise<void>>()
  let accepted = 0
  const server = createServer({ noDelay: true }, (socket) => {
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        open.delete(socket)
        resolve()
      })
    })
    open.set(socket, closed)
    socket.on('error', () => {}) // a reset by the probe is what we want to see
    socket.resume()
    serve(socket, accepted++)
  })
  const hangUp = () => {
    for (const socket of open.keys()) socket.destroy()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    accepted: () => accepted,
    async allClosed() {
      await Promise.all(open.values())
    },
    hangUp,
    async stop() {
      hangUp()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A port on which nobody listens. */
export async function findClosedPort(): Promise<number> {
  const server = await startFakeServer(() => {})
  await server.stop()
  return server.port
}
