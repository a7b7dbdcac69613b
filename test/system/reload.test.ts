/** A configuration that is read again: by SIGHUP, and by the command line over the unix socket. */

import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../lab/eventually.ts'
import { type Lab, openLab } from '../lab/lab.ts'
import type { Mariadb } from '../lab/mariadb.ts'
import { type Poolguard, startPoolguard } from '../lab/poolguard.ts'
import { freePorts } from '../lab/ports.ts'
import { projectRoot } from '../lab/project.ts'
import { accounts, type Replication, startReplication } from '../lab/replication.ts'

let lab: Lab
let replication: Replication
let poolguard: Poolguard
let ports: readonly number[]

beforeAll(async () => {
  lab = openLab()
  ports = await freePorts(2)
  replication = await startReplication(lab, { replicas: 1 })
  poolguard = await startPoolguard(lab, {
    httpPort: ports[1] as number,
    configText: ({ dir }) => {
      writeFileSync(join(dir, 'mysql.password'), accounts.poolguard.password, { mode: 0o600 })
      return configText('10s')
    },
  })
})

afterAll(() => lab.close())

function configText(maxLag: string, db2Options = ''): string {
  const [db1, db2] = replication.servers as readonly [Mariadb, Mariadb]
  return `
cluster: reload
listen: { agent: 127.0.0.1:${ports[0]}, http: 127.0.0.1:${ports[1]}, socket: poolguard.sock }
mysql: { user: poolguard, password_file: mysql.password, poll_interval: 100ms }
servers:
  db1: { address: 127.0.0.1:${db1.port} }
  db2: { address: 127.0.0.1:${db2.port}${db2Options} }
pools:
  ro: { role: reader, servers: [db1, db2], max_lag: ${maxLag}, recover_lag: 1s }
state_dir: state
`
}

function reload(): Promise<{ readonly status: number; readonly err: string }> {
  const args = [join(projectRoot, 'dist/src/main.js'), 'reload', '--config', poolguard.configFile]
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, _out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), err }),
    )
  })
}

async function probeIds(): Promise<readonly unknown[]> {
  const ids = replication.servers.map(({ sql }) =>
    sql("SELECT id FROM information_schema.processlist WHERE user = 'poolguard'"),
  )
  return (await Promise.all(ids)).map((rows) => rows.map(({ id }) => id))
}

async function maxLagIs(limit: string): Promise<void> {
  await eventually(`max_lag ${limit}`, 10, async () =>
    (await poolguard.get('/v1/explain/ro/db2')).text.includes(`${limit} (max_lag)`),
  )
}

it('takes effect with SIGHUP, and untouched connections are kept', async () => {
  await maxLagIs('10s')
  const before = await probeIds()
  expect(before).toEqual([[expect.any(Number)], [expect.any(Number)]])
  poolguard.configure(configText('7s'))
  process.kill(poolguard.pid, 'SIGHUP')
  await maxLagIs('7s')
  expect(await probeIds()).toEqual(before)
})

it('takes effect by the command line, and only the connection of the server that changed is new', async () => {
  const [db1, db2] = await probeIds()
  poolguard.configure(configText('8s', ', timeout: 900ms'))
  expect(await reload()).toEqual({ status: 0, err: '' })
  await maxLagIs('8s')
  await eventually('db2 to be asked by a new connection', 10, async () => {
    const [same, other] = await probeIds()
    expect(same).toEqual(db1)
    expect(other).toHaveLength(1)
    expect(other).not.toEqual(db2)
    return true
  })
})

it('changes nothing when the file is broken, and says all that is wrong', async () => {
  poolguard.configure(configText('500ms', ', timout: 900ms'))
  const { status, err } = await reload()
  expect(status).toBe(78)
  expect(err).toMatch(/poolguard\.yaml:7:\d+: .*unknown .*"timout".* did you mean "timeout"\?/)
  expect(err).toMatch(/poolguard\.yaml:9:\d+: .*recover_lag 1s is above max_lag 500ms/)
  await maxLagIs('8s')
  expect((await poolguard.get('/metrics')).text).toContain('poolguard_config_last_reload_successful 0')
  poolguard.configure(configText('9s'))
  expect((await reload()).status).toBe(0)
  expect((await poolguard.get('/metrics')).text).toContain('poolguard_config_last_reload_successful 1')
})
