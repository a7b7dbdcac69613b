/** The README's first command, as a user runs it, and what is left when it ends in every way. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import { projectRoot } from '../lab/project.ts'

function runDemo(...flags: readonly string[]) {
  const child = spawn('npm', ['run', 'demo', '--', ...flags], { cwd: projectRoot, detached: true })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const dir = () => /poolguard in (\S+)$/m.exec(output)?.[1] ?? null
  return { child, output: () => output, dir }
}

it.each([[[]], [['galera']]])(
  'tells its story to the end, and leaves nothing: %j',
  { timeout: 180_000 },
  async (words) => {
    const { child, output, dir } = runDemo(...words)
    const [status] = await once(child, 'exit')
    expect(output()).toContain('the story was true')
    expect(status).toBe(0)
    expect(existsSync(join(dir() as string))).toBe(false)
  },
)

it.each([
  ['Ctrl-C', (pid: number) => process.kill(-pid, 'SIGINT')],
  ['a kill -9 of npm', (pid: number) => process.kill(pid, 'SIGKILL')],
])('leaves nothing after %s', { timeout: 120_000 }, async (_what, end) => {
  const { child, output, dir } = runDemo()
  await eventually('the demo to have started', 60, () => output().includes('1. One primary'))
  const folder = dir() as string
  expect(existsSync(folder)).toBe(true)
  end(child.pid as number)
  await eventually('the folder to be gone', 20, () => !existsSync(folder))
})
