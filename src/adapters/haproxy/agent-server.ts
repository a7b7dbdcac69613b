/**
 * HAProxy's agent checks over TCP: a line with `pool/server` comes in, a line
 * with the verdict goes out, and the connection is closed.
 *
 * A client gets one second and 256 bytes. When there is nothing to be said the
 * connection is closed without a word, which HAProxy takes for a failed check
 * that changes nothing (seen on 2.6.12), as it does a refused connection.
 */

import net from 'node:net'
import type { Clock } from '../../ports.ts'
import { formatUnknown } from './agent-reply.ts'
import type { Replies } from './replies.ts'

export type AgentCheckResult = 'answered' | 'unknown' | 'withheld' | 'bad_request'

export interface AgentServerOptions {
  readonly clock: Clock
  /** The current replies; null while none must be given. */
  readonly replies: () => Replies | null
  readonly onResult: (result: AgentCheckResult) => void
  readonly onUnknown: (name: string) => void
}

const DEADLINE_MS = 1000
const LONGEST_REQUEST = 256
const NEWLINE = 10

/** Not listening yet: the daemon opens it when every server has been read. */
export function createAgentServer(options: AgentServerOptions): net.Server {
  return net.createServer({ noDelay: true }, (socket) => serve(socket, options))
}

function serve(socket: net.Socket, options: AgentServerOptions): void {
  let received: Buffer | null = null
  const cancel = options.clock.after(DEADLINE_MS, () => socket.destroy())
  socket.on('close', cancel)
  socket.on('error', ignore)
  socket.on('data', (chunk: Buffer) => {
    received = received === null ? chunk : Buffer.concat([received, chunk])
    const end = received.indexOf(NEWLINE)
    if (end === -1 && received.length <= LONGEST_REQUEST) return
    socket.removeAllListeners('data').resume()
    if (end === -1 || end > LONGEST_REQUEST) {
      options.onResult('bad_request')
      socket.destroy()
      return
    }
    answer(socket, received.toString('latin1', 0, end).trimEnd(), options)
  })
}

/** A client that breaks its connection harms only itself; `close` follows. */
function ignore(): void {}

function answer(socket: net.Socket, name: string, options: AgentServerOptions): void {
  const replies = options.replies()
  const reply = replies?.get(name)
  if (replies === null || reply === null) {
    options.onResult('withheld')
    socket.destroy()
    return
  }
  if (reply !== undefined) {
    options.onResult('answered')
    socket.end(reply)
    return
  }
  options.onResult('unknown')
  options.onUnknown(name)
  socket.end(formatUnknown(name), 'latin1')
}
