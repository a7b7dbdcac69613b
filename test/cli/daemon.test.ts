import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { OperatorError } from '../../src/errors.ts'
import { VERSION } from '../../src/version.ts'
import { projectRoot } from '../lab/project.ts'
import { run, serveSocket, temporaryFolder, writeConfig } from './run.ts'

it('reloads, and passes warnings on', async () => {
  const socket = await serveSocket({
    reload: async () => ({ ok: true, warnings: ['poolguard.yaml:3:1: odd'] }),
  })
  expect(await run(['reload', '--socket', socket])).toEqual({
    status: 0,
    out: 'ok: configuration reloaded\n',
    err: 'warning: poolguard.yaml:3:1: odd\n',
  })
})

it('says everything that kept the daemon from reloading', async () => {
  const problems = ['poolguard.yaml:1:1: a', 'poolguard.yaml:2:1: b']
  const socket = await serveSocket({ reload: async () => ({ ok: false, problems }) })
  expect(await run(['reload', '--socket', socket])).toMatchObject({
    status: 78,
    out: '',
    err: expect.stringMatching(
      /^poolguard: poolguard\.yaml:1:1: a\npoolguard: poolguard\.yaml:2:1: b\npoolguard: .*nothing was changed\n/,
    ),
  })
})

it('is not allowed to reload where the daemon does not trust it', async () => {
  const socket = await serveSocket({ trusted: false })
  expect(await run(['reload', '--socket', socket])).toMatchObject({ status: 77, out: '' })
})

it.each([
  ['there is no socket', () => join(temporaryFolder(), 'nope.sock'), 'there is no such socket'],
  [
    'it is no socket',
    () => {
      const file = join(temporaryFolder(), 'file')
      writeFileSync(file, '')
      return file
    },
    'nobody listens on this socket',
  ],
])('says that the daemon is away when %s', async (_why, path, reason) => {
  const socket = path()
  expect(await run(['list', '--socket', socket])).toEqual({
    status: 69,
    out: '',
    err: `poolguard: cannot reach the daemon at ${socket}: ${reason}\nis the daemon running? poolguard run starts it\n`,
  })
})

it.each([
  ['no JSON', (_request, response) => response.end('<html>')],
  ['JSON of another program', (_request, response) => response.end('{"pools":1}')],
  ['an error of another program', (_request, response) => response.writeHead(500).end('{}')],
] satisfies [string, RequestListener][])(
  'does not take %s for an answer of poolguard',
  async (_what, listener) => {
    const socket = await serveForeign(listener)
    expect(await run(['list', '--socket', socket])).toMatchObject({
      status: 65,
      out: '',
      err: expect.stringContaining(socket),
    })
  },
)

it('gives up on a daemon that does not answer', async () => {
  const signal = AbortSignal.abort()
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(signal)
  onTestFinished(() => timeout.mockRestore())
  const socket = await serveForeign(() => {})
  expect(await run(['list', '--socket', socket])).toMatchObject({
    status: 69,
    err: expect.stringContaining('within 5s'),
  })
  expect(timeout).toHaveBeenCalledWith(5000)
})

it('says so when file permissions keep it from the daemon', async () => {
  const socket = await serveSocket()
  chmodSync(dirname(socket), 0)
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  const outcome = await run(['list', '--socket', socket])
  if (isRoot) process.seteuid?.(0)
  chmodSync(dirname(socket), 0o700)
  expect(outcome).toMatchObject({
    status: 77,
    out: '',
    err: expect.stringContaining(`no permission to use ${socket}`),
  })
})

it('finds the socket by flag, environment, configuration, in this order', async () => {
  const config = writeConfig()
  const socket = join(dirname(config), 'run/poolguard.sock')
  mkdirSync(dirname(socket))
  const env = { POOLGUARD_CONFIG: config }
  const whereTo = async (words: readonly string[], env: Record<string, string>) =>
    /daemon at (\S+):/.exec((await run(words, { env })).err)?.[1]
  expect(await whereTo([], env)).toBe(socket)
  expect(await whereTo(['--config', config], { POOLGUARD_SOCKET: '/env.sock' })).toBe(socket)
  expect(await whereTo([], { ...env, POOLGUARD_SOCKET: '/env.sock' })).toBe('/env.sock')
  expect(await whereTo(['--socket', '/flag.sock'], { POOLGUARD_SOCKET: '/env.sock' })).toBe('/flag.sock')
})

it('needs no password to find the socket, nor a configuration without mistakes', async () => {
  const config = writeConfig('listen: { socket: /somewhere.sock }\nmysql: { password_file: /nope }\nxyz: 1\n')
  expect((await run(['--config', config])).err).toContain('/somewhere.sock')
})

it('refuses a configuration that was named and is not there', async () => {
  expect(await run(['list', '--config', '/nope.yaml'])).toMatchObject({
    status: 78,
    err: expect.stringContaining('cannot read /nope.yaml: no such file'),
  })
})

it('runs the daemon with the configuration that was asked for', async () => {
  const runDaemon = vi.fn(async () => {})
  const env = { POOLGUARD_CONFIG: '/env.yaml' }
  expect(await run(['run'], { env, runDaemon })).toEqual({ status: 0, out: '', err: '' })
  await run(['run', '--config', '/flag.yaml'], { env, runDaemon })
  expect(runDaemon.mock.calls).toEqual([
    [{ configFile: '/env.yaml', version: VERSION, env }],
    [{ configFile: '/flag.yaml', version: VERSION, env }],
  ])
})

it('tells an operator what is wrong, without a stack', async () => {
  const runDaemon = () => Promise.reject(new OperatorError('LISTEN_FAILED', '127.0.0.1:8009 is in use'))
  expect(await run(['run'], { runDaemon })).toEqual({
    status: 69,
    out: '',
    err: 'poolguard: 127.0.0.1:8009 is in use\ndoes another process hold this address?\n',
  })
})

it('shows the stack of a bug once', async () => {
  const { status, err } = await run(['run'], {
    runDaemon: () => Promise.reject(new TypeError('x is undefined')),
  })
  expect(status).toBe(70)
  expect(err).toMatch(/^poolguard: a bug: TypeError: x is undefined\n +at /)
  expect(err.match(/x is undefined/g)).toHaveLength(1)
})

it('knows its version', async () => {
  expect(VERSION).toBe(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')).version)
  expect(await run(['version'])).toEqual({ status: 0, out: `poolguard ${VERSION}\n`, err: '' })
})

async function serveForeign(listener: RequestListener): Promise<string> {
  const path = join(temporaryFolder(), 'foreign.sock')
  const server = createServer(listener).listen(path)
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return path
}
