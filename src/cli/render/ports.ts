/** Which port each pool gets in haproxy.cfg. */

import { didYouMean, suggest } from '../../config/suggest.ts'
import type { Pool, PoolName } from '../../core/pool.ts'
import { OperatorError } from '../../errors.ts'

const WRITER_PORT = 3307
const READER_PORT = 3308
const FIRST_FURTHER_PORT = 3309

/**
 * 3307 for the first writer pool, 3308 for the first reader pool, 3309 and up
 * for the others in their order; 3306 stays free for a MySQL on the same host.
 * What is asked for goes before all of these.
 */
export function assignPorts(
  pools: readonly Pool[],
  wanted: ReadonlyMap<PoolName, number>,
  statsPort: number,
): ReadonlyMap<PoolName, number> {
  refuseWrong(pools, wanted, statsPort)
  const ports = new Map(wanted)
  const taken = new Set([...wanted.values(), statsPort])
  const preferred = new Map([
    [pools.find(({ role }) => role === 'writer')?.name, WRITER_PORT],
    [pools.find(({ role }) => role === 'reader')?.name, READER_PORT],
  ])
  for (const { name } of pools) {
    const port = preferred.get(name)
    if (port === undefined || ports.has(name) || taken.has(port)) continue
    ports.set(name, port)
    taken.add(port)
  }
  let next = FIRST_FURTHER_PORT
  for (const { name } of pools) {
    if (ports.has(name)) continue
    while (taken.has(next)) next++
    ports.set(name, next)
    taken.add(next)
  }
  return ports
}

function refuseWrong(pools: readonly Pool[], wanted: ReadonlyMap<PoolName, number>, statsPort: number): void {
  const names = pools.map(({ name }) => name)
  for (const [name, port] of wanted) {
    if (!names.includes(name)) {
      throw new OperatorError(
        'USAGE',
        `--port: unknown pool ${JSON.stringify(name)}${didYouMean(suggest(name, names))}`,
      )
    }
    if (port === statsPort) {
      throw new OperatorError('USAGE', `--port: ${name} cannot have the port of the stats page, ${port}`)
    }
    const other = [...wanted].find((entry) => entry[0] !== name && entry[1] === port)
    if (other) throw new OperatorError('USAGE', `--port: ${name} and ${other[0]} cannot both have ${port}`)
  }
}
