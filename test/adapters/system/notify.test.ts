import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { notifySystemd } from '../../../src/adapters/system/notify.ts'
import { eventually } from '../../lab/eventually.ts'

/** A `systemd-notify` that writes down what it was told. */
function fakeSystemd() {
  const dir = mkdtempSync(join(tmpdir(), 'poolguard-notify-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const told = join(dir, 'told')
  writeFileSync(join(dir, 'systemd-notify'), `#!/bin/sh\necho "$@" >"${told}"\n`)
  chmodSync(join(dir, 'systemd-notify'), 0o755)
  vi.stubEnv('PATH', `${dir}:${process.env['PATH']}`)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  return told
}

it('tells systemd, where systemd asked to be told', async () => {
  const told = fakeSystemd()
  notifySystemd('--ready', { NOTIFY_SOCKET: '/run/systemd/notify' }, () => {})
  await eventually(
    'systemd to be told',
    5,
    () => existsSync(told) && readFileSync(told, 'utf8') === '--ready\n',
  )
})

it('does nothing without systemd', () => {
  const told = fakeSystemd()
  notifySystemd('--ready', {}, () => {})
  expect(existsSync(told)).toBe(false)
})

it('reports that systemd-notify cannot be run', async () => {
  vi.stubEnv('PATH', '/nowhere')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const error = await new Promise<Error>((resolve) => {
    notifySystemd('--ready', { NOTIFY_SOCKET: '/run/systemd/notify' }, resolve)
  })
  expect(error.message).toContain('ENOENT')
})
