import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Socket } from 'node:net'

const CHANNEL = 'net.client.socket'

/** The next socket that this process opens, which Node tells about and nobody else can. */
export function nextClientSocket(): Promise<Socket> {
  return new Promise((resolve) => {
    const onSocket = (message: unknown) => {
      unsubscribe(CHANNEL, onSocket)
      resolve((message as { socket: Socket }).socket)
    }
    subscribe(CHANNEL, onSocket)
  })
}

/** Resolves when the next socket that this process opens has its TCP connection. */
export async function nextClientConnect(): Promise<void> {
  await once(await nextClientSocket(), 'connect')
}
