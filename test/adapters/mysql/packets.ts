/** The capabilities that a greeting offers: everything but TLS, and TLS. */
export const PLAIN = 0x00ff_f7ff & ~0x0000_0020
export const WITH_TLS = PLAIN | 0x0000_0800

/** The first packet of a server, protocol version 10. */
export function createGreeting(capabilities: number): Buffer {
  const fixed = Buffer.alloc(31)
  fixed.writeUInt32LE(7, 0) // connection id
  fixed.write('saltsalt', 4, 'latin1')
  fixed.writeUInt16LE(capabilities & 0xffff, 13)
  fixed.writeUInt8(33, 15) // utf8
  fixed.writeUInt16LE(2, 16) // autocommit
  fixed.writeUInt16LE(capabilities >>> 16, 18)
  fixed.writeUInt8(21, 20) // length of the salt
  const tail = Buffer.from('saltsaltsalt\0mysql_native_password\0', 'latin1')
  return frame(0, Buffer.concat([Buffer.from('\n8.0.0-fake\0', 'latin1'), fixed, tail]))
}

/** An error packet; `number` is its place in the exchange. */
export function createErrorPacket(number: number, code: number, message: string): Buffer {
  const head = Buffer.from([0xff, code & 0xff, code >> 8])
  return frame(number, Buffer.concat([head, Buffer.from(`#28000${message}`, 'latin1')]))
}

function frame(number: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUIntLE(payload.length, 0, 3)
  head.writeUInt8(number, 3)
  return Buffer.concat([head, payload])
}
