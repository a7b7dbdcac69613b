import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Linux takes the ports of outgoing connections from 32768 up, unless told otherwise. */
const FIRST = 10_000
const END = 32_768

const given = new Set<number>()

/**
 * A TCP port of 127.0.0.1 that nobody listens on; never the same one twice in
 * a process.
 *
 * Not "bind port 0 and look": that hands out ports which the outgoing
 * connections of a load test use too, so that a server restarted on its old
 * port would now and then find it taken.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const port = randomInt(FIRST, END)
    if (given.has(port)) continue
    given.add(port)
    if (await canListen(port)) return port
  }
  throw new Error(`no free port between ${FIRST} and ${END}`)
}

export async function freePorts(count: number): Promise<readonly number[]> {
  return Promise.all(Array.from({ length: count }, freePort))
}

function canListen(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
