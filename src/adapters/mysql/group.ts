import type { GroupFacts, GroupMember } from '../../core/reading.ts'
import { formatAddress } from './address.ts'
import { toOneLine } from './one-line.ts'
import { createUnexpected, ProbeError } from './probe-error.ts'
import { createOdd, requireAmount, requireText } from './required.ts'
import { parseNumber, type Row } from './row.ts'
import { findServerError } from './server-error.ts'

/** What a reading asks of a member besides the two tables. */
export const GROUP_VARIABLES: readonly string[] = ['server_uuid', 'group_replication_group_name']

/** All columns, since MEMBER_ROLE came in 8.0. Groups have nine members at most. */
export const MEMBERS_STATEMENT = 'SELECT * FROM performance_schema.replication_group_members'
export const MEMBER_STATS_STATEMENT = 'SELECT * FROM performance_schema.replication_group_member_stats'

const NO_SELECT: readonly number[] = [1044, 1142, 1143]

/**
 * Whether the server is meant to be in a group. The variable comes with the
 * plugin, and stays when the server leaves the group or is expelled: then its
 * own row says OFFLINE or ERROR, and it must not pass for a lone primary.
 */
export function namesGroup(variables: Row): boolean {
  return (variables['group_replication_group_name'] ?? '') !== ''
}

/**
 * Puts together what a member sees of its group.
 *
 * An ONLINE member whose queues are not known throws; those of any other, which
 * nobody may read from anyway, count as empty.
 */
export function parseGroup(variables: Row, members: readonly Row[], stats: readonly Row[]): GroupFacts {
  const self = requireText(variables, 'server_uuid')
  const parsed = members.map((row) => parseMember(row, self))
  const isOnline = parsed.some(({ id, state }) => id === self && state === 'ONLINE')
  const own = stats.find((row) => row['MEMBER_ID'] === self)
  if (isOnline && own === undefined)
    throw createUnexpected(`no row of this member in the answer to ${MEMBER_STATS_STATEMENT}`)
  const parseQueue = (column: string) =>
    isOnline ? requireAmount(own ?? {}, column) : Math.max(0, parseNumber(own ?? {}, column) ?? 0)
  return {
    name: requireText(variables, 'group_replication_group_name'),
    self,
    members: parsed,
    applierQueue: parseQueue('COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE'),
    certificationQueue: parseQueue('COUNT_TRANSACTIONS_IN_QUEUE'),
  }
}

/** Only the row of a server whose plugin was not started has no id, and it is the server's own. */
function parseMember(row: Row, self: string): GroupMember {
  const id = requireText(row, 'MEMBER_ID')
  return {
    id: id === '' ? self : toOneLine(id),
    address: toOneLine(formatAddress(row['MEMBER_HOST'] ?? '', row['MEMBER_PORT'] ?? '')),
    state: toOneLine(requireText(row, 'MEMBER_STATE')),
    role: parseRole(row),
  }
}

/** Empty for a member that is not in the group. */
function parseRole(row: Row): GroupMember['role'] {
  const role = row['MEMBER_ROLE'] ?? ''
  if (role === '') return null
  if (role === 'PRIMARY' || role === 'SECONDARY') return role
  throw createOdd('MEMBER_ROLE', role)
}

/** What any error of the two statements is: a missing grant by its name, else the error itself. */
export function explainGroupError(error: unknown): unknown {
  const refusal = findServerError(error)
  if (refusal === null || !NO_SELECT.includes(refusal.number)) return error
  const text = 'state of the group denied: GRANT SELECT ON performance_schema.* is missing'
  return new ProbeError('grant', text, { cause: error })
}
