/** One client process of the agent benchmark: asks as HAProxy does, one connection a check. */

import net from 'node:net'

export interface LoadResult {
  readonly perSecond: number
  readonly p99Ms: number
  readonly wrong: number
}

/** Keeps `parallel` checks under way for `seconds` and counts what comes back. */
export async function askFor(port: number, seconds: number, parallel: number): Promise<LoadResult> {
  const latencies: number[] = []
  let wrong = 0
  const end = performance.now() + seconds * 1000
  const client = async () => {
    while (performance.now() < end) {
      const began = performance.now()
      if (!(await askOnce(port)).startsWith('up 100%')) wrong += 1
      latencies.push(performance.now() - began)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: parallel }, client))
  const took = (performance.now() - began) / 1000
  latencies.sort((a, b) => a - b)
  return {
    perSecond: latencies.length / took,
    p99Ms: latencies[Math.ceil(latencies.length * 0.99) - 1] ?? 0,
    wrong,
  }
}

function askOnce(port: number): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    const socket = net.connect(port, '127.0.0.1', () => socket.write('ro/db1\n'))
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(said))
  })
}
