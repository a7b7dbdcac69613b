import type { SslOptions } from 'mysql2'
import type { MysqlTls } from '../../ports.ts'

/** Verifying means both: a chain up to `ca` (or the system's), and the host in the certificate's names. */
export function createSslOptions({ ca, cert, key, verify }: MysqlTls): SslOptions {
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    rejectUnauthorized: verify,
    verifyIdentity: verify,
  }
}
