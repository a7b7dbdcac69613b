import type { Socket } from 'node:net'
import { createUnexpected, ProbeError } from './probe-error.ts'

/** Of a packet: three bytes of length, its number in the exchange, then the payload. */
const FIRST_PAYLOAD_BYTE = 4
const PROTOCOL_10 = 0x0a
const ERROR = 0xff

/**
 * Waits for the server's first bytes and leaves them in the socket for the
 * driver, which prints to stderr what it does not understand. Rejects when the
 * socket ends or breaks before that, or when these bytes are not MySQL's.
 */
export function awaitGreeting(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const onReadable = () => {
      const chunk: Buffer | null = socket.read()
      if (chunk === null) return // the end; close follows
      stop()
      if (!isMysql(chunk)) return reject(createUnexpected('the port does not speak the MySQL protocol'))
      socket.unshift(chunk)
      resolve()
    }
    const onError = (error: Error) => {
      stop()
      reject(error)
    }
    const onClose = () => onError(new ProbeError('lost', 'connection closed before the handshake'))
    const stop = () => socket.off('readable', onReadable).off('error', onError).off('close', onClose)
    socket.on('readable', onReadable).on('error', onError).on('close', onClose)
  })
}

/** A greeting or an error, which may be cut anywhere: then what there is decides. */
function isMysql(chunk: Buffer): boolean {
  const number = chunk[FIRST_PAYLOAD_BYTE - 1]
  const first = chunk[FIRST_PAYLOAD_BYTE]
  if (number !== undefined && number !== 0) return false
  return first === undefined || first === PROTOCOL_10 || first === ERROR
}
