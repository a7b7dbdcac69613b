import type { GaleraFacts } from '../../core/reading.ts'
import { toOneLine } from './one-line.ts'
import { formatShow } from './pairs.ts'
import { createUnexpected } from './probe-error.ts'
import { requireAmount, requireSwitch, requireText } from './required.ts'
import type { Row } from './row.ts'

/**
 * What a reading asks of a Galera node besides its status, as far as it has
 * it: `pxc_maint_mode` is Percona's, and `wsrep_on` is global in MariaDB only.
 */
export const GALERA_VARIABLES: readonly string[] = [
  'wsrep_on',
  'wsrep_desync',
  'wsrep_reject_queries',
  'wsrep_sst_donor_rejects_queries',
  'pxc_maint_mode',
]

/**
 * Without GLOBAL, which would add up the counters of all connections first;
 * those of wsrep are the server's either way. A node answers it also while it
 * refuses every table with 1047 (seen with 10.11: non-Primary, `wsrep_reject_queries`).
 */
export const GALERA_STATUS_STATEMENT = formatShow('STATUS', [
  'Uptime',
  'wsrep_cluster_conf_id',
  'wsrep_cluster_size',
  'wsrep_cluster_state_uuid',
  'wsrep_cluster_status',
  'wsrep_connected',
  'wsrep_flow_control_paused',
  'wsrep_last_committed',
  'wsrep_local_recv_queue',
  'wsrep_local_state',
  'wsrep_local_state_comment',
  'wsrep_ready',
])

/** Whether the server was started with a Galera library. Packages name one, and leave `wsrep_on` off. */
export function namesProvider(variables: Row): boolean {
  const provider = variables['wsrep_provider']?.trim().toLowerCase() ?? ''
  return provider !== '' && provider !== 'none'
}

/** True also where `wsrep_on` cannot be turned off for all, as in Percona XtraDB Cluster. */
export function isReplicating(variables: Row): boolean {
  return variables['wsrep_on'] === undefined || requireSwitch(variables, 'wsrep_on')
}

/** A node with `wsrep_on` off still calls itself Primary, ready and connected, and its clients' writes stay there. */
export function createNotReplicating(): Error {
  return createUnexpected('wsrep_on is OFF on a node of a cluster: what is written here stays here')
}

/**
 * Puts together what a node says. Throws where a status or variable that every
 * node has is missing or is nothing that we know.
 */
export function parseGalera(status: Row, variables: Row): GaleraFacts {
  if (!isReplicating(variables)) throw createNotReplicating()
  const donor = 'wsrep_sst_donor_rejects_queries'
  return {
    isPrimaryComponent: requireText(status, 'wsrep_cluster_status').toLowerCase() === 'primary',
    localState: requireAmount(status, 'wsrep_local_state'),
    localStateComment: toOneLine(requireText(status, 'wsrep_local_state_comment')),
    isReady: requireSwitch(status, 'wsrep_ready'),
    isConnected: requireSwitch(status, 'wsrep_connected'),
    isDesynced: requireSwitch(variables, 'wsrep_desync'),
    rejectsQueries: requireText(variables, 'wsrep_reject_queries').toUpperCase() !== 'NONE',
    donorRejectsQueries: variables[donor] !== undefined && requireSwitch(variables, donor),
    flowControlPaused: Math.min(1, requireAmount(status, 'wsrep_flow_control_paused')),
    receiveQueue: requireAmount(status, 'wsrep_local_recv_queue'),
    maintenance: parseMaintenance(variables),
    clusterSize: requireAmount(status, 'wsrep_cluster_size'),
    stateUuid: requireText(status, 'wsrep_cluster_state_uuid'),
    viewNumber: parseSequence(status, 'wsrep_cluster_conf_id'),
    lastCommitted: parseSequence(status, 'wsrep_last_committed'),
    uptime: requireAmount(status, 'Uptime'),
  }
}

function parseMaintenance(variables: Row): string | null {
  if (variables['pxc_maint_mode'] === undefined) return null
  const mode = requireText(variables, 'pxc_maint_mode').toUpperCase()
  return mode === 'DISABLED' ? null : toOneLine(mode)
}

/** -1, which servers also write as an unsigned number, is what a node says that is in no view: older than any. */
function parseSequence(status: Row, name: string): number {
  const text = status[name]
  return text === '18446744073709551615' || text === '-1' ? -1 : requireAmount(status, name)
}
