import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import { openLab } from '../lab/lab.ts'
import { startProcess } from '../lab/process.ts'
import { projectRoot } from '../lab/project.ts'

const user = `"${process.execPath}" "${join(projectRoot, 'dist/test/system/lab-user.js')}"`
const shell = { command: 'sh', args: ['-c', `${user}; :`] }
const npm = { command: 'npm', args: ['exec', '--offline', '-c', `${user}; :`] }

/** All that carry a lab's mark; the environment of a zombie reads as empty. */
function membersOf(dir: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`POOLGUARD_LAB=${dir}\0`)
    } catch {
      return false
    }
  })
}

function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function introduce(child: ChildProcess): Promise<{ dir: string; pid: number }> {
  let said = ''
  child.stdout?.on('data', (data) => {
    said += data
  })
  return eventually('the lab to be up', 20, () => said.endsWith('\n') && JSON.parse(said))
}

it.concurrent.for([
  { what: 'its process is killed', by: shell, victim: 'itself', signal: 'SIGKILL' },
  { what: 'its process is interrupted', by: shell, victim: 'itself', signal: 'SIGINT' },
  { what: 'its process is asked to end', by: shell, victim: 'itself', signal: 'SIGTERM' },
  { what: 'the shell that waits for it is killed', by: shell, victim: 'parent', signal: 'SIGKILL' },
  { what: 'the npm above the shell is killed', by: npm, victim: 'parent', signal: 'SIGKILL' },
] as const)(
  'leaves no process and no folder when $what',
  async ({ by, victim, signal }, { expect, onTestFinished }) => {
    const child = spawn(by.command, by.args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const { dir, pid } = await introduce(child)
    expect(membersOf(dir).length).toBeGreaterThanOrEqual(5)

    process.kill(victim === 'parent' ? Number(child.pid) : pid, signal)

    await eventually('nothing to be left', 5, () => {
      expect({ members: membersOf(dir), folder: existsSync(dir), alive: isAlive(pid) }).toEqual({
        members: [],
        folder: false,
        alive: false,
      })
      return true
    })
  },
)

it('is gone when closing it returns', async () => {
  const lab = openLab()
  await startProcess(lab, { name: 'sleeper', command: 'sleep', args: ['600'], isReady: async () => true })
  expect(membersOf(lab.dir)).toHaveLength(1)
  await lab.close()
  expect(membersOf(lab.dir)).toHaveLength(0)
  expect(existsSync(lab.dir)).toBe(false)
})

it('tells why a program did not start, in its own words', async () => {
  const lab = openLab()
  const broken = { name: 'broken', isReady: async () => false }
  await expect(
    startProcess(lab, { ...broken, command: 'sh', args: ['-c', 'echo the disk is full; exit 3'] }),
  ).rejects.toThrow(/it ended with 3\nthe disk is full/)
  await expect(startProcess(lab, { ...broken, command: 'no-such-program', args: [] })).rejects.toThrow(
    /ENOENT; sh test\/provision.sh/,
  )
  await expect(
    startProcess(lab, { ...broken, command: 'sleep', args: ['600'], readyWithin: 0.1 }),
  ).rejects.toThrow(/not within 0.1 s/)
  await lab.close()
})
