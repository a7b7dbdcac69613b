import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { VERSION } from '../../src/version.ts'
import { type Outcome, writeConfig } from '../cli/run.ts'

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))

function spawn(command: string, env: Record<string, string> = {}): Promise<Outcome> {
  const options = { env: { PATH: process.env['PATH'], POOLGUARD: `${process.execPath} ${MAIN}`, ...env } }
  return new Promise((resolve) => {
    execFile('bash', ['--norc', '-o', 'pipefail', '-c', command], options, (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

it('says its version', async () => {
  expect(await spawn('$POOLGUARD version')).toEqual({ status: 0, out: `poolguard ${VERSION}\n`, err: '' })
})

it('checks a configuration', async () => {
  expect(await spawn('$POOLGUARD config check', { POOLGUARD_CONFIG: writeConfig() })).toEqual({
    status: 0,
    out: 'ok: 3 servers in 2 pools\n',
    err: '',
  })
})

it('ends with 64 when used wrongly and 69 when the daemon is away', async () => {
  expect((await spawn('$POOLGUARD frobnicate')).status).toBe(64)
  expect((await spawn('$POOLGUARD list --socket /nope.sock')).status).toBe(69)
})

it('does not mind a reader that leaves early', async () => {
  expect(await spawn('$POOLGUARD config schema | true')).toEqual({ status: 0, out: '', err: '' })
})

it('starts no daemon with a bad configuration', async () => {
  const env = { POOLGUARD_CONFIG: writeConfig('cluster: shop\n') }
  expect(await spawn('$POOLGUARD run', env)).toMatchObject({
    status: 78,
    out: '',
    err: expect.stringMatching(/^poolguard: /),
  })
})
