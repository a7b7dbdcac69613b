import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cachedFolder } from './cache.ts'
import { type GaleraConfig, type GaleraPorts, galeraConfig } from './galera-config.ts'
import { startNode } from './galera-node.ts'
import type { Lab } from './lab.ts'
import { installTemplate } from './mariadb-template.ts'
import { freePorts } from './ports.ts'
import { seed } from './replication.ts'

const run = promisify(execFile)

/** A data directory of a cluster of one that was stopped cleanly: schema, accounts and a place to go on from. */
export async function seededTemplate(lab: Lab): Promise<string> {
  const { stdout: version } = await run('mariadbd', ['--version'], { env: lab.env })
  const anywhere: GaleraPorts = { sql: 0, group: 0, ist: 0, sst: 0 }
  const content = galeraConfig({ name: '', serverId: 0, dir: '', ports: anywhere, peers: [] })
  return cachedFolder('galera', [version, content, ...seed()].join('\n'), async (folder) => {
    const dir = lab.folder('galera-template')
    await copyFolder(await installTemplate(lab), join(dir, 'data'))
    const config = { name: 'galera-template', serverId: 1, dir, ports: await galeraPorts(), peers: [] }
    const node = await startNode(lab, config, ['--wsrep-new-cluster'])
    for (const statement of [...seed(), 'SET GLOBAL innodb_fast_shutdown = 1']) await node.sql(statement)
    await node.stop()
    rmSync(join(node.datadir, 'galera.cache'))
    await run('cp', ['-a', `${node.datadir}/.`, folder])
  })
}

export async function galeraPorts(): Promise<GaleraPorts> {
  const [sql, group, ist, sst] = (await freePorts(4)) as [number, number, number, number]
  return { sql, group, ist, sst }
}

/**
 * Fills the folders of nodes with copies of the template, each told that it was
 * in one view with all the others: with `pc.recovery` they find together at
 * once, and nobody copies anybody's data.
 */
export async function copyTemplate(template: string, configs: readonly GaleraConfig[]): Promise<void> {
  const uuids = configs.map(() => randomUUID()).sort()
  const members = uuids.map((uuid) => `member: ${uuid} 0\n`).join('')
  await Promise.all(
    configs.map(async ({ dir }, index) => {
      const datadir = join(dir, 'data')
      await copyFolder(template, datadir)
      const view = `#vwbeg\nview_id: 3 ${uuids[0]} ${configs.length}\nbootstrap: 0\n${members}#vwend\n`
      writeFileSync(join(datadir, 'gvwstate.dat'), `my_uuid: ${uuids[index]}\n${view}`)
    }),
  )
}

async function copyFolder(from: string, to: string): Promise<void> {
  await run('cp', ['-a', '--reflink=auto', from, to])
}
