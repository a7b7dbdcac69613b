/** What one client may take from the others: nothing that lasts. */

import type { FastifyServerOptions } from 'fastify'

/** Connections at a time. The rest are closed at once, so that descriptors remain for MySQL and the agent port. */
export const MOST_CONNECTIONS = 1000

export const LIMITS = {
  /** A connection on which nothing moves. */
  connectionTimeout: 10_000,
  keepAliveTimeout: 10_000,
  /** From the first byte of a request to its last. */
  requestTimeout: 5000,
  maxRequestsPerSocket: 10_000,
  bodyLimit: 1024,
  routerOptions: { maxParamLength: 100 },
  /** At shutdown nobody is waited for who only keeps a connection open. */
  forceCloseConnections: true,
  http: {
    headersTimeout: 2000,
    connectionsCheckingInterval: 500,
    maxHeaderSize: 16_384,
    /** HAProxy's `option httpchk GET /x HTTP/1.1` sends no Host. */
    requireHostHeader: false,
  },
} satisfies FastifyServerOptions & { readonly http: object }
