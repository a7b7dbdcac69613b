#!/usr/bin/env node
import { runCommandLine } from './cli/command-line.ts'

// `poolguard list | head -1` closes the pipe early, and that is nobody's fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

const status = await runCommandLine(process.argv.slice(2), {
  terminal: {
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    colour: process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
    env: process.env,
    now: Date.now,
  },
  runDaemon: async (options) => {
    const { runDaemon } = await import('./app/lifecycle.ts')
    await runDaemon(options)
  },
})

// A daemon that failed to start may have left something open.
if (status !== 0) process.exit(status)
