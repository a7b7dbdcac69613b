import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chooseDialect } from '../../../src/adapters/mysql/dialect.ts'
import { classifyFailure } from '../../../src/adapters/mysql/failure.ts'
import { createUnexpected, ProbeError } from '../../../src/adapters/mysql/probe-error.ts'
import { parseVersion } from '../../../src/adapters/mysql/version.ts'
import { createServerError, createSystemError } from './server-errors.ts'

const mariadb = chooseDialect(parseVersion({ version: '10.11.19-MariaDB', comment: null }))
const mysql = chooseDialect(parseVersion({ version: '8.4.1', comment: null }))

it.each`
  number  | message                                                                                                            | cause                     | text
  ${1040} | ${'Too many connections'}                                                                                          | ${'too_many_connections'} | ${'max_connections reached'}
  ${1203} | ${"User pg already has more than 'max_user_connections' active connections"}                                       | ${'too_many_connections'} | ${"error 1203: User pg already has more than 'max_user_connections' active connections"}
  ${1226} | ${'User pg has exceeded'}                                                                                          | ${'too_many_connections'} | ${'error 1226: User pg has exceeded'}
  ${1045} | ${"Access denied for user 'pg'@'10.0.0.5'"}                                                                        | ${'auth'}                 | ${"login refused: Access denied for user 'pg'@'10.0.0.5'"}
  ${1129} | ${"Host '10.0.0.5' is blocked because of many connection errors"}                                                  | ${'auth'}                 | ${'host is blocked, mysqladmin flush-hosts'}
  ${1130} | ${"Host '10.0.0.5' is not allowed to connect"}                                                                     | ${'auth'}                 | ${"login refused: Host '10.0.0.5' is not allowed to connect"}
  ${1524} | ${"Plugin 'ed25519' is not loaded"}                                                                                | ${'auth'}                 | ${"login refused: Plugin 'ed25519' is not loaded"}
  ${3118} | ${'Account is locked'}                                                                                             | ${'auth'}                 | ${'login refused: Account is locked'}
  ${3159} | ${'Connections using insecure transport'}                                                                          | ${'auth'}                 | ${'server wants TLS (require_secure_transport)'}
  ${3032} | ${'The server is currently in offline mode'}                                                                       | ${'refused'}              | ${'server is in offline mode'}
  ${6400} | ${'The server is currently in offline mode since 2026-11-22 06:22:18.678231, reason: (GR) leave group on failure'} | ${'refused'}              | ${'server is in offline mode: (GR) leave group on failure'}
  ${6401} | ${'The server is currently in offline mode since noon, set by user root'}                                          | ${'refused'}              | ${'server is in offline mode: set by user root'}
  ${1053} | ${'Server shutdown in progress'}                                                                                   | ${'lost'}                 | ${'connection lost: Server shutdown in progress'}
  ${1927} | ${'Connection was killed'}                                                                                         | ${'lost'}                 | ${'connection lost: Connection was killed'}
  ${4031} | ${'The client was disconnected'}                                                                                   | ${'lost'}                 | ${'connection lost: The client was disconnected'}
  ${1064} | ${'You have an error in your SQL syntax'}                                                                          | ${'unexpected'}           | ${'error 1064: You have an error in your SQL syntax'}
`('error $number of a server is $cause', ({ number, message, cause, text }) => {
  expect(classifyFailure(createServerError(number, message), mysql)).toEqual({ cause, text })
})

it.each`
  dialect    | text
  ${mariadb} | ${'SHOW ALL SLAVES STATUS denied: GRANT REPLICA MONITOR ON *.* is missing'}
  ${mysql}   | ${'SHOW REPLICA STATUS denied: GRANT REPLICATION CLIENT ON *.* is missing'}
  ${null}    | ${'error 1227: Access denied; you need SERVICE_CONNECTION_ADMIN'}
`('names the missing privilege: $text', ({ dialect, text }) => {
  const error = createServerError(1227, 'Access denied; you need SERVICE_CONNECTION_ADMIN')
  expect(classifyFailure(error, dialect)).toEqual({ cause: 'grant', text })
})

it.each([1044, 1142, 1143, 1370])('error %i is a missing grant', (number) => {
  expect(classifyFailure(createServerError(number, 'denied'), mysql).cause).toBe('grant')
})

it.each`
  code                          | cause            | text
  ${'ECONNREFUSED'}             | ${'refused'}     | ${'connection refused'}
  ${'ETIMEDOUT'}                | ${'timeout'}     | ${'connection timed out'}
  ${'EHOSTUNREACH'}             | ${'unreachable'} | ${'no route to host'}
  ${'ENETUNREACH'}              | ${'unreachable'} | ${'network unreachable'}
  ${'ENOTFOUND'}                | ${'unreachable'} | ${'DNS does not know the host name'}
  ${'EAI_AGAIN'}                | ${'unreachable'} | ${'DNS does not answer for the host name'}
  ${'ECONNRESET'}               | ${'lost'}        | ${'connection lost'}
  ${'EPIPE'}                    | ${'lost'}        | ${'connection lost'}
  ${'PROTOCOL_CONNECTION_LOST'} | ${'lost'}        | ${'connection lost'}
  ${'HANDSHAKE_NO_SSL_SUPPORT'} | ${'auth'}        | ${'server offers no TLS'}
  ${'EMFILE'}                   | ${'unexpected'}  | ${'EMFILE: connect EMFILE'}
`('$code is $cause', ({ code, cause, text }) => {
  expect(classifyFailure(createSystemError(code), null)).toEqual({ cause, text })
})

it.each`
  code                            | message                                                                              | cause           | text
  ${'HANDSHAKE_SSL_ERROR'}        | ${'self-signed certificate'}                                                         | ${'auth'}       | ${'TLS failed: self-signed certificate'}
  ${'HANDSHAKE_SSL_ERROR'}        | ${'read ECONNRESET'}                                                                 | ${'lost'}       | ${'connection lost'}
  ${'HANDSHAKE_SSL_ERROR'}        | ${'Client network socket disconnected before secure TLS connection was established'} | ${'lost'}       | ${'connection lost'}
  ${'ERR_OSSL_PEM_NO_START_LINE'} | ${'no start line'}                                                                   | ${'auth'}       | ${'TLS failed: no start line'}
  ${'AUTH_SWITCH_PLUGIN_ERROR'}   | ${'key is bad'}                                                                      | ${'auth'}       | ${'login failed: key is bad'}
  ${''}                           | ${'Server requests authentication using unknown plugin client_ed25519. See'}         | ${'auth'}       | ${'authentication plugin client_ed25519 is not supported'}
  ${''}                           | ${"Can't add new command when connection is in closed state"}                        | ${'lost'}       | ${'connection lost'}
  ${''}                           | ${'Cannot read properties of undefined'}                                             | ${'unexpected'} | ${'Cannot read properties of undefined'}
`('the driver saying $code "$message" is $cause', ({ code, message, cause, text }) => {
  const error = code === '' ? new Error(message) : createSystemError(code, message)
  expect(classifyFailure(error, null)).toEqual({ cause, text })
})

it('takes the code of an attempt at several addresses', () => {
  const error = Object.assign(new AggregateError([createSystemError('ECONNREFUSED')]), {
    code: 'ECONNREFUSED',
  })
  expect(classifyFailure(error, null)).toEqual({ cause: 'refused', text: 'connection refused' })
})

it('believes those who know already', () => {
  expect(classifyFailure(new ProbeError('timeout', 'no handshake within 1s'), null)).toEqual({
    cause: 'timeout',
    text: 'no handshake within 1s',
  })
  expect(classifyFailure(createUnexpected('what?'), null)).toEqual({ cause: 'unexpected', text: 'what?' })
})

it('always says it in one short line of ASCII', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.string({ unit: 'binary' }).map((text) => new Error(text)),
    fc
      .tuple(fc.nat(), fc.string({ unit: 'binary' }))
      .map(([number, text]) => createServerError(number, text)),
  )
  fc.assert(
    fc.property(anything, (error) => {
      expect(classifyFailure(error, mysql).text).toMatch(/^[\x20-\x7e]{0,120}$/)
    }),
  )
})
