/** The doors: HTTP on TCP and on the unix socket, that of local mode, and the agent port. */

import { once } from 'node:events'
import { chmod, mkdir, unlink } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Address, Config } from '../config/config.ts'
import { OperatorError } from '../errors.ts'

export interface Listeners {
  readonly http: Address
  /** Null without local mode. */
  readonly local: Address | null
  /** Resolves with the address when the agent port is open; null if it was closed before. */
  readonly agentOpen: Promise<Address | null>
  close(): Promise<void>
}

/** Where local mode answers, and with what. */
export interface LocalDoor {
  readonly address: Address
  readonly api: FastifyInstance
}

export async function openListeners(
  listen: Config['listen'],
  createApi: (trusted: boolean) => FastifyInstance,
  local: LocalDoor | null,
  agent: net.Server,
  ready: Promise<void>,
): Promise<Listeners> {
  const overTcp = createApi(false)
  const overSocket = createApi(true)
  await prepareSocket(listen.socket)
  await openOrExplain('listen.socket', listen.socket, () => overSocket.listen({ path: listen.socket }))
  await chmod(listen.socket, 0o660)
  await openOrExplain('listen.http', formatAddress(listen.http), () => overTcp.listen({ ...listen.http }))
  if (local !== null) {
    const { api, address } = local
    await openOrExplain('local.listen', formatAddress(address), () => api.listen({ ...address }))
  }
  const agentSockets = trackSockets(agent)
  let isClosed = false
  const agentOpen = ready.then(async () => {
    if (isClosed) return null
    await openOrExplain('listen.agent', formatAddress(listen.agent), async () => {
      agent.listen({ ...listen.agent, backlog: 4096 })
      await once(agent, 'listening')
    })
    return addressOf(agent)
  })
  return {
    http: addressOf(overTcp.server),
    local: local && addressOf(local.api.server),
    agentOpen,
    async close() {
      isClosed = true
      agent.close()
      for (const socket of agentSockets) socket.destroy()
      await Promise.all([overTcp.close(), overSocket.close(), local?.api.close()])
    },
  }
}

/** A socket file that nobody listens on any more is in the way; one with a daemon behind it is not ours. */
async function prepareSocket(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  const isTaken = await new Promise<boolean>((resolve) => {
    const probe = net.connect(file)
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false))
    probe.once('connect', () => probe.destroy())
  })
  if (isTaken)
    throw new OperatorError('LISTEN_FAILED', `listen.socket ${file}: another poolguard answers there`)
  await unlink(file).catch(() => {})
}

async function openOrExplain(key: string, where: string, open: () => Promise<unknown>): Promise<void> {
  try {
    await open()
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new OperatorError('LISTEN_FAILED', `${key} ${where}: cannot listen: ${why}`, { cause })
  }
}

function trackSockets(server: net.Server): ReadonlySet<net.Socket> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

function addressOf(server: net.Server): Address {
  const { address, port } = server.address() as net.AddressInfo
  return { host: address, port }
}

function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
