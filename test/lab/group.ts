import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from './eventually.ts'
import type { Lab } from './lab.ts'
import { type Mysql, startMysql } from './mysql.ts'
import { mysqlTemplate } from './mysql-install.ts'
import { freePort, freePorts } from './ports.ts'
import { accounts } from './replication.ts'
import type { Row } from './sql.ts'

export interface GroupOptions {
  readonly members: number
  /** Otherwise every member takes writes. */
  readonly singlePrimary: boolean
}

/** MySQL Group Replication: `db1` founds the group, and is its primary if there is but one. */
export interface Group {
  readonly members: readonly Mysql[]
}

/** Two that join in the same moment keep each other waiting for 4 to 8 s. */
const BETWEEN_JOINS_MS = 900

/** A group all of whose members are ONLINE, with the accounts and tables of a lab's replication. */
export async function startGroup(lab: Lab, options: GroupOptions): Promise<Group> {
  await mysqlTemplate(lab) // once, before all of them ask for it
  const groupPorts = await freePorts(options.members)
  const groupArgs = [
    '--plugin-load-add=group_replication.so',
    `--group-replication-group-name=${randomUUID()}`,
    `--group-replication-group-seeds=${groupPorts.map((port) => `127.0.0.1:${port}`).join(',')}`,
    '--group-replication-start-on-boot=OFF',
    '--group-replication-recovery-get-public-key=ON',
    '--group-replication-recovery-reconnect-interval=1',
    '--group-replication-member-expel-timeout=0', // a silent member is out after 7 s, and by default after 22 s
    ...(options.singlePrimary
      ? []
      : [
          '--group-replication-single-primary-mode=OFF',
          '--group-replication-enforce-update-everywhere-checks=ON',
        ]),
  ]
  const members = await Promise.all(
    groupPorts.map(async (port, index) =>
      startMysql(lab, {
        name: `db${index + 1}`,
        serverId: index + 1,
        port: await freePort(),
        extraArgs: [...groupArgs, `--group-replication-local-address=127.0.0.1:${port}`],
      }),
    ),
  )
  const [founder, ...others] = members as [Mysql, ...Mysql[]]
  await founder.sql('SET GLOBAL group_replication_bootstrap_group = ON')
  await joinGroup(founder)
  await founder.sql('SET GLOBAL group_replication_bootstrap_group = OFF')
  await Promise.all(
    others.map(async (member, index) => {
      await pause(index * BETWEEN_JOINS_MS)
      await joinGroup(member)
    }),
  )
  await Promise.all(members.map(awaitOnline))
  return { members }
}

/** Has a running server join its group; after a restart too, since it never does that by itself. */
export async function joinGroup(member: Mysql): Promise<void> {
  const { user, password } = accounts.replication
  await member.sql('SET GLOBAL offline_mode = 0') // which a member sets when it fails
  await member.sql(`START GROUP_REPLICATION USER = '${user}', PASSWORD = '${password}'`)
}

export async function leaveGroup(member: Mysql): Promise<void> {
  await member.sql('STOP GROUP_REPLICATION')
}

/** Waits until a member itself says that it is ONLINE. */
export async function awaitOnline(member: Mysql): Promise<void> {
  await eventually(`${member.name} to be ONLINE`, 20, async () => {
    const self = (await readGroup(member)).find((row) => row['MEMBER_PORT'] === member.port)
    return self?.['MEMBER_STATE'] === 'ONLINE'
  })
}

/** The group as one member sees it. */
export async function readGroup(member: Mysql): Promise<readonly Row[]> {
  return member.sql('SELECT * FROM performance_schema.replication_group_members')
}

/** Moves the primary, of a group that has but one; the members agree on it before this returns. */
export async function setPrimary(member: Mysql): Promise<void> {
  await member.sql('SELECT group_replication_set_as_primary(@@server_uuid)')
}
