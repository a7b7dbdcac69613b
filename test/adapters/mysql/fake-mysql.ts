import { EventEmitter, once } from 'node:events'
import { type Connection, createConnection } from 'mysql2'
import type { Row } from '../../../src/adapters/mysql/row.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'

/** Rows, an error, no rows, or what a server in trouble does instead. */
export type Answer = readonly Row[] | ServerRefusal | 'ok' | 'silence' | 'hangup'

export interface ServerRefusal {
  readonly code: number
  readonly message: string
}

/** Answers by the beginning of the statement. */
export type Script = Readonly<Record<string, Answer>>

export interface FakeMysql extends FakeServer {
  /** Everything that was asked, on whichever connection. */
  readonly statements: readonly string[]
  /** Resolves when a statement that begins like this comes in. */
  asked(beginning: string): Promise<void>
}

/** `script` may change from one connection to the next, which are numbered from 0. */
export async function startFakeMysql(
  script: (connection: number) => Script | ServerRefusal,
): Promise<FakeMysql> {
  const statements: string[] = []
  const heard = new EventEmitter()
  const server = await startFakeServer((socket, number) => {
    const answers = script(number)
    const connection = createConnection({ stream: socket, isServer: true, connectTimeout: 0 })
    connection.on('error', () => {})
    if (isRefusal(answers)) {
      connection.writeError(answers)
      socket.end()
      return
    }
    connection.serverHandshake({
      ...GREETING,
      connectionId: number,
      authCallback(_login: unknown, accept: (error: null) => void) {
        accept(null)
        connection.sequenceId = 0 // mysql2 begins to count anew for each command as a client only
      },
    })
    const onStatement = (statement: string) => {
      statements.push(statement)
      heard.emit('statement', statement)
      const answer = findAnswer(answers, statement)
      if (answer === 'hangup') socket.destroy()
      else if (answer === 'ok') connection.writeOk()
      else if (answer !== 'silence') reply(connection, answer)
      connection.sequenceId = 0
    }
    connection.on('query', onStatement)
    connection.on('stmt_prepare', onStatement) // what mysql2 takes SET for
  })
  return {
    ...server,
    statements,
    async asked(beginning) {
      for (;;) {
        const [statement] = await once(heard, 'statement')
        if (String(statement).startsWith(beginning)) return
      }
    },
  }
}

const GREETING = {
  protocolVersion: 10,
  serverVersion: '8.0.0-fake',
  statusFlags: 2,
  characterSet: 33,
  capabilityFlags: 0xffffff,
}

const COLUMN = {
  catalog: 'def',
  schema: '',
  table: '',
  orgTable: '',
  orgName: '',
  characterSet: 33,
  columnLength: 1024,
  columnType: 253,
  flags: 0,
  decimals: 0,
}

function isRefusal(value: Script | readonly Row[] | ServerRefusal): value is ServerRefusal {
  return 'code' in value
}

function findAnswer(script: Script, statement: string): Answer {
  const beginning = Object.keys(script).find((key) => statement.startsWith(key))
  return script[beginning ?? ''] ?? { code: 1064, message: `no answer prepared to ${statement}` }
}

function reply(connection: Connection, answer: readonly Row[] | ServerRefusal): void {
  if (isRefusal(answer)) {
    connection.writeError(answer)
    return
  }
  const names = Object.keys(answer[0] ?? { none: null })
  connection.writeTextResult(
    [...answer],
    names.map((name) => ({ ...COLUMN, name })),
  )
}
