/** Rules of local mode: whom it answers for, and where. */

import { formatAddress } from './address.ts'
import type { Draft, DraftLocal } from './draft.ts'
import type { Findings } from './findings.ts'
import { overlap, resolveListeners } from './listen-rules.ts'
import { describePath, type Path, quote } from './path.ts'
import { resolvePolicy } from './policy.ts'
import { didYouMean, suggest } from './suggest.ts'

export function checkLocal(draft: Draft, findings: Findings): void {
  const { local } = draft
  if (local === undefined) return
  if (local.server !== undefined) checkServer(local.server, draft, findings)
  checkAddress(local, draft, findings)
}

function checkServer(server: string, draft: Draft, findings: Findings): void {
  const path = ['local', 'server']
  const shown = findings.document.show(path)
  if (!Object.hasOwn(draft.servers, server)) {
    const meant = didYouMean(suggest(server, Object.keys(draft.servers)))
    findings.refuse(path, `local.server: ${shown} is not in servers${meant}`, [['servers', server]])
    return
  }
  const pools = Object.entries(draft.pools).filter(([, pool]) => pool?.servers?.includes(server))
  if (pools.length === 0) {
    findings.refuse(path, `local.server: ${shown} is in no pool`, [['pools'], ...listings(draft)])
  }
  for (const [name, pool] of pools) {
    const isAlone = pool?.role === 'reader' && pool.servers?.length === 1
    if (isAlone && resolvePolicy(pool, 0).minServers > 0) warnOfFloor(name, server, findings)
  }
}

/** HAProxy sees the other hosts, and a pool of one does not. */
function warnOfFloor(pool: string, server: string, findings: Findings): void {
  const path = ['pools', pool]
  const text = `the floor (min_servers) keeps ${quote(server)}, its only server, whatever its lag`
  findings.warn(path, `${describePath(path)}: ${text}; local wants all servers there, or min_servers: 0`)
}

/** The places of all server names in pools: one that is misspelt may be the one that is missed. */
function listings(draft: Draft): readonly Path[] {
  return Object.entries(draft.pools).flatMap(([name, pool]) => {
    const path = ['pools', name, 'servers']
    return [path, ...(pool?.servers ?? []).map((_, index) => [...path, index])]
  })
}

function checkAddress({ listen }: DraftLocal, draft: Draft, findings: Findings): void {
  if (listen === undefined) return
  const others = Object.entries(resolveListeners(draft.listen))
  for (const [key, other] of others) {
    if (!overlap(listen, other)) continue
    const text = `local.listen: ${formatAddress(listen)} is taken by listen.${key}`
    findings.refuse(['local', 'listen'], text, [['listen', key]])
  }
}
