/** The effective configuration in the form of the file, secrets left out. */

import { stringify } from 'yaml'
import { formatAddress } from '../config/address.ts'
import type { Config, ServerConfig } from '../config/config.ts'
import type { Pool } from '../core/pool.ts'
import { formatDuration, type Percent } from '../core/units.ts'
import type { MysqlTls } from '../ports.ts'

const SECRET = '(secret)'

export function formatConfig(config: Config): string {
  const { listen, servers, pools } = config
  const document = {
    cluster: config.cluster,
    listen: { agent: formatAddress(listen.agent), http: formatAddress(listen.http), socket: listen.socket },
    servers: Object.fromEntries(servers.map((server) => [server.target.name, showServer(server)])),
    pools: Object.fromEntries(pools.map((pool) => [pool.name, showPool(pool)])),
    ...(config.local && {
      local: { server: config.local.server, listen: formatAddress(config.local.listen) },
    }),
    state_dir: config.stateDir,
    log: { level: config.logLevel },
  }
  return `# ${config.file} as it is in effect: defaults filled in, secrets left out\n${stringify(document)}`
}

function showServer({ target, tags }: ServerConfig) {
  return {
    address: formatAddress(target),
    user: target.user,
    password: target.password === '' ? '' : SECRET,
    poll_interval: formatDuration(target.pollInterval),
    timeout: formatDuration(target.timeout),
    heartbeat: target.heartbeat ?? false,
    tls: target.tls === null ? false : showTls(target.tls),
    ...(target.adminPort === null ? {} : { admin_port: target.adminPort }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
  }
}

function showTls({ ca, cert, key, verify }: MysqlTls) {
  return {
    ca: ca === null ? 'the ones of Node.js' : '(from a file)',
    ...(cert === null ? {} : { cert: '(from a file)' }),
    ...(key === null ? {} : { key: SECRET }),
    verify,
  }
}

function showPool({ role, servers, policy }: Pool) {
  return {
    role,
    servers,
    max_lag: formatDuration(policy.maxLag),
    recover_lag: formatDuration(policy.recoverLag),
    max_age: formatDuration(policy.maxAge),
    rise: policy.rise,
    fall: policy.fall,
    ramp: formatDuration(policy.ramp),
    weight_by_lag: policy.weightByLag,
    min_servers: policy.minServers,
    max_staleness: formatDuration(policy.maxStaleness),
    floor_weight: formatPercent(policy.floorWeight),
    donor: policy.donor,
    max_apply_queue: policy.maxApplyQueue,
    recover_apply_queue: policy.recoverApplyQueue,
    minority_reads: policy.minorityReads,
    writer_weight: formatPercent(policy.writerWeight),
    writer_fallback: formatPercent(policy.writerFallback),
    blind_hold: formatDuration(policy.blindHold),
  }
}

function formatPercent(percent: Percent): string {
  return `${percent}%`
}
