import type { UnseenCause } from '../../core/reading.ts'
import type { Dialect } from './dialect.ts'
import { toOneLine } from './one-line.ts'
import { ProbeError } from './probe-error.ts'
import { findServerError, type ServerError } from './server-error.ts'

/** Why a server could not be read, in words fit for HAProxy's stats page. */
export interface Failure {
  readonly cause: UnseenCause
  readonly text: string
}

/** Errors of the network, of DNS and of the driver, by their code. */
const CLIENT: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: { cause: 'refused', text: 'connection refused' },
  ETIMEDOUT: { cause: 'timeout', text: 'connection timed out' },
  EHOSTUNREACH: { cause: 'unreachable', text: 'no route to host' },
  EHOSTDOWN: { cause: 'unreachable', text: 'host is down' },
  ENETUNREACH: { cause: 'unreachable', text: 'network unreachable' },
  ENETDOWN: { cause: 'unreachable', text: 'network is down' },
  ENOTFOUND: { cause: 'unreachable', text: 'DNS does not know the host name' },
  EAI_AGAIN: { cause: 'unreachable', text: 'DNS does not answer for the host name' },
  ECONNRESET: { cause: 'lost', text: 'connection lost' },
  ECONNABORTED: { cause: 'lost', text: 'connection lost' },
  EPIPE: { cause: 'lost', text: 'connection lost' },
  PROTOCOL_CONNECTION_LOST: { cause: 'lost', text: 'connection lost' },
  HANDSHAKE_NO_SSL_SUPPORT: { cause: 'auth', text: 'server offers no TLS' },
  MYSQL_CLEAR_PASSWORD_NOT_ENABLED: { cause: 'auth', text: 'server wants the password in plain text' },
}

/** What the driver says without a code, or with one of TLS, on a connection that is gone. */
const GONE = /closed state|ECONNRESET|EPIPE|socket disconnected/
const TLS_CODE = /^(?:HANDSHAKE_SSL_ERROR$|ERR_OSSL_|ERR_SSL_|ERR_TLS_)/
const UNKNOWN_PLUGIN = /authentication using unknown plugin (\w+)/

/** Error numbers of servers; where there is no text, theirs is shown. */
const SERVER: Readonly<Record<number, { readonly cause: UnseenCause; readonly text?: string }>> = {
  1040: { cause: 'too_many_connections', text: 'max_connections reached' },
  1203: { cause: 'too_many_connections' }, // max_user_connections, the server's
  1226: { cause: 'too_many_connections' }, // max_user_connections, the account's
  1044: { cause: 'grant' },
  1142: { cause: 'grant' },
  1143: { cause: 'grant' },
  1227: { cause: 'grant' },
  1370: { cause: 'grant' },
  1043: { cause: 'auth' }, // bad handshake
  1045: { cause: 'auth' },
  1129: { cause: 'auth', text: 'host is blocked, mysqladmin flush-hosts' },
  1130: { cause: 'auth' }, // host not allowed
  1251: { cause: 'auth' }, // client too old for the account
  1524: { cause: 'auth' }, // plugin not loaded
  1698: { cause: 'auth' }, // account of the unix socket
  1820: { cause: 'auth' }, // password expired
  1862: { cause: 'auth' }, // password expired, login refused
  3118: { cause: 'auth' }, // account locked, MySQL
  3159: { cause: 'auth', text: 'server wants TLS (require_secure_transport)' },
  4151: { cause: 'auth' }, // account locked, MariaDB
  3032: { cause: 'refused', text: 'server is in offline mode' }, // shut to all clients, like a closed port
  6400: { cause: 'refused' }, // the same, with a reason
  6401: { cause: 'refused' }, // the same, with a user
}

/** How 9.7 words it: `... in offline mode since TIME, reason: (GR) leave group on failure`, or `, set by user root`. */
const OFFLINE = /offline mode since .*?, (?:reason: )?(.*)$/s

/** What any error of a reading means. The dialect, where it is known already, names the missing privilege. */
export function classifyFailure(error: unknown, dialect: Dialect | null): Failure {
  const { cause, text } = classify(error, dialect)
  return { cause, text: toOneLine(text) }
}

function classify(error: unknown, dialect: Dialect | null): Failure {
  if (error instanceof ProbeError) return { cause: error.unseen, text: error.message }
  const refusal = findServerError(error)
  if (refusal !== null) return classifyServerError(refusal, dialect)
  if (!(error instanceof Error)) return { cause: 'unexpected', text: String(error) }
  return classifyClientError('code' in error ? String(error.code ?? '') : '', error.message)
}

function classifyServerError(
  { number, text, endsConnection }: ServerError,
  dialect: Dialect | null,
): Failure {
  if (endsConnection) return { cause: 'lost', text: `connection lost: ${text}` }
  const known = SERVER[number]
  if (known?.text !== undefined) return { cause: known.cause, text: known.text }
  if (known?.cause === 'refused')
    return { cause: 'refused', text: `server is in offline mode: ${OFFLINE.exec(text)?.[1] ?? text}` }
  if (known?.cause === 'auth') return { cause: 'auth', text: `login refused: ${text}` }
  if (known?.cause === 'grant' && dialect !== null) {
    const { replicationStatement, privilege } = dialect
    return { cause: 'grant', text: `${replicationStatement} denied: GRANT ${privilege} ON *.* is missing` }
  }
  return { cause: known?.cause ?? 'unexpected', text: `error ${number}: ${text}` }
}

function classifyClientError(code: string, message: string): Failure {
  const known = CLIENT[code]
  if (known !== undefined) return known
  const isTls = TLS_CODE.test(code)
  if ((code === '' || isTls) && GONE.test(message)) return { cause: 'lost', text: 'connection lost' }
  if (isTls) return { cause: 'auth', text: `TLS failed: ${message}` }
  const plugin = UNKNOWN_PLUGIN.exec(message)?.[1]
  if (plugin !== undefined) return { cause: 'auth', text: `authentication plugin ${plugin} is not supported` }
  if (code === 'AUTH_SWITCH_PLUGIN_ERROR') return { cause: 'auth', text: `login failed: ${message}` }
  return { cause: 'unexpected', text: code === '' ? message : `${code}: ${message}` }
}
