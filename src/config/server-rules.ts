/** Rules that servers must keep, alone and among themselves. */

import { formatAddress } from './address.ts'
import type { Draft, DraftMysql } from './draft.ts'
import type { Findings } from './findings.ts'
import { describePath, type Path, quote } from './path.ts'

export function checkServers(draft: Draft, findings: Findings): void {
  const names = Object.keys(draft.servers)
  if (names.length === 0) findings.refuse(['servers'], 'servers is empty')
  checkConnection(['mysql'], draft.mysql, findings)
  const inPools = new Set(Object.values(draft.pools).flatMap((pool) => pool?.servers ?? []))
  const holders = new Map<string, string>()
  for (const name of names) {
    const server = draft.servers[name]
    if (server === undefined) continue
    const path = ['servers', name]
    checkConnection(path, server, findings)
    if (!inPools.has(name)) findings.warn(path, `${describePath(path)} is in no pool`)
    if (server.address === undefined) continue
    const address = formatAddress(server.address)
    const holder = holders.get(address)
    if (holder === undefined) holders.set(address, name)
    else {
      const at = [...path, 'address']
      findings.refuse(
        at,
        `${describePath(at)} ${findings.document.show(at)} is that of server ${quote(holder)}, too`,
      )
    }
  }
}

/** Rules inside one map of connection settings, `mysql` or a server. */
function checkConnection(path: Path, settings: DraftMysql, findings: Findings): void {
  if (settings.password !== undefined && settings.password_file !== undefined) {
    findings.refuse(
      [...path, 'password_file'],
      `${describePath([...path, 'password_file'])} and password are both given, keep one`,
    )
  }
  const { tls } = settings
  if (tls === undefined || tls === false || (tls.cert === undefined) === (tls.key === undefined)) return
  const [given, missing] = tls.cert === undefined ? ['key', 'cert'] : ['cert', 'key']
  findings.refuse(
    [...path, 'tls', given],
    `${describePath([...path, 'tls', given])} is given without ${missing}`,
  )
}
