import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GaleraNode, startNode, transferHold } from './galera-node.ts'
import { copyTemplate, galeraPorts, seededTemplate } from './galera-template.ts'
import type { Lab } from './lab.ts'

export interface GaleraOptions {
  readonly nodes: number
  /** Like `gcs.fc_limit=2`, for all nodes; they win over the lab's own. */
  readonly providerOptions?: readonly string[]
}

/** `db1`, `db2` and so on: equals, all of them writable. */
export interface GaleraCluster {
  readonly nodes: readonly GaleraNode[]
}

/**
 * A cluster whose nodes are synced, with the accounts and tables of a lab's
 * replication. A node that is stopped and restarted catches up by IST, and by
 * SST after `forgetData`.
 */
export async function startGalera(lab: Lab, options: GaleraOptions): Promise<GaleraCluster> {
  const template = await seededTemplate(lab)
  const ports = await Promise.all(Array.from({ length: options.nodes }, galeraPorts))
  const configs = ports.map((own, index) => ({
    name: `db${index + 1}`,
    serverId: index + 1,
    dir: lab.folder(`db${index + 1}`),
    ports: own,
    peers: ports,
    providerOptions: options.providerOptions ?? [],
  }))
  await copyTemplate(template, configs)
  return { nodes: await Promise.all(configs.map((config) => startNode(lab, config))) }
}

/** What a node says of itself: `SHOW GLOBAL STATUS LIKE 'wsrep_%'`. */
export async function readGalera(node: GaleraNode): Promise<Readonly<Record<string, string>>> {
  const rows = await node.sql<{ Variable_name: string; Value: string }>("SHOW GLOBAL STATUS LIKE 'wsrep_%'")
  return Object.fromEntries(rows.map((row) => [row.Variable_name, row.Value]))
}

/** Cuts a node off from the others, as a broken network does: after a second it is non-Primary. */
export async function isolate(node: GaleraNode): Promise<void> {
  await node.sql("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'")
}

export async function rejoin(node: GaleraNode): Promise<void> {
  await node.sql("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'")
}

/** Takes a node out of flow control, as a backup does: it says `Donor/Desynced` and serves on. */
export async function desync(node: GaleraNode, on: boolean): Promise<void> {
  await node.sql(`SET GLOBAL wsrep_desync = ${on ? 1 : 0}`)
}

/** Has a node refuse whatever touches a table, while it stays synced. */
export async function rejectQueries(node: GaleraNode, on: boolean): Promise<void> {
  await node.sql(`SET GLOBAL wsrep_reject_queries = ${on ? 'ALL' : 'NONE'}`)
}

/** Makes a node that lost the majority the founder of a new primary component. */
export async function bootstrap(node: GaleraNode): Promise<void> {
  await node.sql("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=1'")
}

/** Empties a stopped node, so that it has to copy another's data when it is restarted. */
export function forgetData(node: GaleraNode): void {
  if (node.isRunning()) throw new Error(`${node.name} is still running`)
  for (const entry of readdirSync(node.datadir)) rmSync(join(node.datadir, entry), { recursive: true })
}

/** Keeps every donor a donor, and who joins from it a joiner, until released. */
export function holdTransfers(lab: Lab): { release(): void } {
  writeFileSync(transferHold(lab), '')
  return { release: () => rmSync(transferHold(lab)) }
}
