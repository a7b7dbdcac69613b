/** The two servers of the agent benchmark, each run as a process of its own: `bare` or `poolguard`. */

import net from 'node:net'
import { createAgentServer } from '../../src/adapters/haproxy/agent-server.ts'
import { createReplyEncoder } from '../../src/adapters/haproxy/replies.ts'
import { createMetrics } from '../../src/adapters/prometheus/metrics.ts'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import { createFleet, step } from '../../src/core/fleet.ts'
import { takeSnapshot } from '../../src/core/snapshot.ts'
import { largeFleet } from './large-fleet.ts'

const REPLY = 'up 100% # lag 0.0s\n'

/** The least that Node can do: read something, answer a constant, close. */
function createBareServer(): net.Server {
  return net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {})
    socket.on('data', () => socket.end(REPLY))
  })
}

/** Poolguard's own, over a fleet of 500 servers. */
function createFullServer(): net.Server {
  const clock = createSystemClock()
  const { pools, readAll } = largeFleet(500)
  const now = clock.now()
  const { state } = step(createFleet(now), { pools, readings: readAll(now.monotonic) }, now)
  const snapshot = takeSnapshot(state, pools, now)
  const replies = createReplyEncoder()(snapshot)
  const metrics = createMetrics('bench', () => snapshot)
  return createAgentServer({
    clock,
    replies: () => replies,
    onResult: metrics.countAgentCheck,
    onUnknown: () => {},
  })
}

const server = process.argv[2] === 'bare' ? createBareServer() : createFullServer()
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.send?.((server.address() as net.AddressInfo).port)
})
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.((user + system) / 1e6)
})
process.once('disconnect', () => process.exit())
