/** Rules that pools must keep, alone and towards the servers. */

import type { PoolPolicy } from '../core/pool.ts'
import { formatDuration, type Seconds } from '../core/units.ts'
import { resolveConnection } from './connection.ts'
import type { Draft, DraftPool } from './draft.ts'
import type { Findings } from './findings.ts'
import { describePath, type Path, quote } from './path.ts'
import { resolvePolicy } from './policy.ts'
import { didYouMean, suggest } from './suggest.ts'

/** What only a pool of readers acts upon. */
const READER_ONLY = [
  'max_lag',
  'recover_lag',
  'ramp',
  'weight_by_lag',
  'min_servers',
  'max_staleness',
  'floor_weight',
  'donor',
  'max_apply_queue',
  'recover_apply_queue',
  'minority_reads',
  'writer_weight',
  'writer_fallback',
] as const

export function checkPools(draft: Draft, findings: Findings): void {
  if (Object.keys(draft.pools).length === 0) findings.refuse(['pools'], 'pools is empty')
  for (const [name, pool] of Object.entries(draft.pools)) {
    if (pool === undefined) continue
    const path = ['pools', name]
    checkMembers(path, pool, draft, findings)
    checkMaxAge(path, pool, draft, findings)
    if (pool.role === 'writer') checkWriterPool(path, pool, findings)
    else checkLimits(path, pool, resolvePolicy(pool, 0), findings)
  }
}

function checkMembers(path: Path, pool: DraftPool, draft: Draft, findings: Findings): void {
  if (pool.servers === undefined) return
  const listed = new Set<string>()
  if (pool.servers.length === 0)
    findings.refuse([...path, 'servers'], `${describePath(path)}: servers is empty`)
  for (const [index, server] of pool.servers.entries()) {
    if (server === undefined) continue
    const at = [...path, 'servers', index]
    const shown = findings.document.show(at)
    if (listed.has(server)) findings.refuse(at, `${describePath(path)}: server ${shown} is listed twice`)
    listed.add(server)
    if (!Object.hasOwn(draft.servers, server)) {
      const names = Object.keys(draft.servers)
      const text = `${describePath(path)}: server ${shown} is not in servers${didYouMean(suggest(server, names))}`
      findings.refuse(at, text, [['servers', server]])
    }
  }
  const { minServers } = resolvePolicy(pool, 0)
  if (pool.role === 'writer' || minServers <= pool.servers.length) return
  const has =
    pool.servers.length === 1
      ? '1 server that the pool has'
      : `${pool.servers.length} servers that the pool has`
  const text = `${describePath(path)}: min_servers ${minServers} is above the ${has}`
  findings.refuse([...path, 'min_servers'], text, [[...path, 'servers']])
}

function checkLimits(path: Path, pool: DraftPool, policy: PoolPolicy, findings: Findings): void {
  const { maxLag, recoverLag, maxStaleness, maxApplyQueue, recoverApplyQueue } = policy
  const lag = `max_lag ${formatDuration(maxLag)}${pool.max_lag === undefined ? ' (the default)' : ''}`
  if (recoverLag > maxLag) {
    const text = `${describePath(path)}: recover_lag ${formatDuration(recoverLag)} is above ${lag}`
    findings.refuse([...path, 'recover_lag'], text, [[...path, 'max_lag']])
  }
  if (recoverApplyQueue > maxApplyQueue) {
    const limit = `max_apply_queue ${maxApplyQueue}${pool.max_apply_queue === undefined ? ' (the default)' : ''}`
    const text = `${describePath(path)}: recover_apply_queue ${recoverApplyQueue} is above ${limit}`
    findings.refuse([...path, 'recover_apply_queue'], text, [[...path, 'max_apply_queue']])
  }
  if (maxLag > maxStaleness) {
    const key = pool.max_lag === undefined ? 'max_staleness' : 'max_lag'
    const text = `${describePath(path)}: ${lag} is above max_staleness ${formatDuration(maxStaleness)}`
    findings.refuse([...path, key], text, [
      [...path, 'max_lag'],
      [...path, 'max_staleness'],
    ])
  }
}

function checkWriterPool(path: Path, pool: DraftPool, findings: Findings): void {
  for (const key of READER_ONLY) {
    if (pool[key] === undefined) continue
    findings.refuseKey(
      [...path, key],
      `${describePath(path)}: ${key} has no meaning in a pool with role writer`,
    )
  }
  if (pool.rise !== undefined) {
    const text = 'rise has no meaning in a pool with role writer, which follows a new writer at once'
    findings.warn([...path, 'rise'], `${describePath(path)}: ${text}`)
  }
}

/** A healthy server must never look stale merely because it is asked too seldom. */
function checkMaxAge(path: Path, pool: DraftPool, draft: Draft, findings: Findings): void {
  if (pool.max_age === undefined) return
  const at = [...path, 'max_age']
  const given = `${describePath(path)}: max_age ${formatDuration(pool.max_age)}`
  for (const name of pool.servers ?? []) {
    const server = name === undefined ? undefined : draft.servers[name]
    if (name === undefined || server === undefined) continue
    const { pollInterval, timeout } = resolveConnection(server, draft.mysql)
    if (pool.max_age < pollInterval) {
      const text = `${given} is below poll_interval ${formatDuration(pollInterval)} of server ${quote(name)}`
      findings.refuse(at, text, [
        ['mysql', 'poll_interval'],
        ['servers', name, 'poll_interval'],
      ])
    } else if (pool.max_age < sum(pollInterval, timeout)) {
      const reading = `poll_interval plus timeout (${formatDuration(sum(pollInterval, timeout))})`
      const text = `${given} is below ${reading} of server ${quote(name)}, so one slow reading makes it stale`
      findings.warn(at, text)
    }
  }
}

function sum(a: Seconds, b: Seconds): Seconds {
  return Math.round((a + b) * 1e6) / 1e6
}
