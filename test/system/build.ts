import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../lab/project.ts'

/** Brings `dist` up to date, since system tests run the built program. Types are checked elsewhere. */
export function setup(): void {
  const tsc = join(projectRoot, 'node_modules/.bin/tsc')
  execFileSync(tsc, ['--noCheck'], { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'] })
}
