/** The settings in `mysql` and in each of `servers`, as written. */

import { z } from 'zod'
import { DEFAULTS } from './defaults.ts'
import { address, anyText, duration, flag, integer, name, tableName, text } from './fields.ts'
import { map, optional } from './shapes.ts'

const heartbeat = map({
  table: tableName().meta({
    description: 'Table in the layout of pt-heartbeat, as table or database.table; measures lag end to end.',
  }),
  utc: optional(flag(), 'Whether pt-heartbeat runs with --utc.', true),
})

const tls = map({
  ca: optional(text(), 'Path of the PEM certificates to trust; the ones of Node.js when left out.'),
  cert: optional(text(), 'Path of our own PEM certificate, together with key.'),
  key: optional(text(), 'Path of the PEM private key of cert; nobody else should be able to read it.'),
  verify: optional(flag(), "Whether the server's certificate and host name are checked.", true),
})

const off = z.literal(false)
const NOT_A_MAP_NOR_FALSE = { error: 'is neither a map nor false' }

/** How to talk to MySQL. A server's own settings win over the ones in `mysql`, so they have no default. */
function connectionShape(fallback: Partial<typeof DEFAULTS>) {
  return {
    user: optional(text(), 'MySQL account.', fallback.user),
    password: optional(
      text(),
      'Its password in the clear; better an environment variable, or password_file.',
    ),
    password_file: optional(
      text(),
      'Path of a file that holds only the password and is closed to others (chmod 640).',
    ),
    poll_interval: optional(
      duration({ min: '20ms', max: '1h' }),
      'Time from one reading of a server to the next, 20ms to 1h.',
      fallback.poll_interval,
    ),
    timeout: optional(
      duration({ min: '10ms', max: '1h' }),
      'Longest that one reading may take, connecting included, 10ms to 1h.',
      fallback.timeout,
    ),
    heartbeat: optional(
      z.union([off, heartbeat], NOT_A_MAP_NOR_FALSE),
      'A pt-heartbeat table to measure lag by; false for none. Replaced as a whole, not key by key.',
    ),
    tls: optional(
      z.union([off, tls], NOT_A_MAP_NOR_FALSE),
      'Encrypts the connection, {} is enough; false for none. Replaced as a whole, not key by key.',
    ),
    admin_port: optional(
      integer(1, 65_535),
      'admin_port of MySQL or extra_port of MariaDB, tried when max_connections is reached.',
    ),
  }
}

export const mysqlShape = connectionShape(DEFAULTS)

export const serverShape = {
  address: address({ fallback: DEFAULTS.mysql_port, lowest: 1 }).meta({
    description: `host:port or [IPv6]:port of MySQL; the port is ${DEFAULTS.mysql_port} when left out.`,
  }),
  tags: optional(
    z.record(name(), anyText(), { error: 'is not a map' }),
    'Free labels, shown but never acted upon.',
    {},
  ),
  ...connectionShape({}),
}
