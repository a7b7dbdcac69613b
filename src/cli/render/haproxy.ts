/** A complete haproxy.cfg for the configured pools, for HAProxy 2.6 and later. */

import { isIP } from 'node:net'
import { formatAddress } from '../../config/address.ts'
import type { Address, Config } from '../../config/config.ts'
import type { Pool, PoolName, PoolRole, ServerName } from '../../core/pool.ts'
import type { Seconds } from '../../core/units.ts'
import { OperatorError } from '../../errors.ts'
import { assignPorts } from './ports.ts'

export interface HaproxyOptions {
  /** Address that clients of the pools connect to. */
  readonly bind: string
  readonly ports: ReadonlyMap<PoolName, number>
  readonly agentInter: Seconds
  readonly statsSocket: string
  readonly statsPort: number
  /** For running as an ordinary user: no chroot, no change of user, log on standard output. */
  readonly unprivileged: boolean
}

/** The same configuration and options always give the same text. */
export function renderHaproxy(config: Config, options: HaproxyOptions): string {
  const agent = agentAddress(config.listen.agent)
  const ports = assignPorts(config.pools, options.ports, options.statsPort)
  const addresses = new Map(config.servers.map(({ target }) => [target.name, target]))
  const sections = [
    HEAD,
    renderGlobal(options),
    DEFAULTS,
    ...config.pools.map((pool) =>
      renderPool(pool, ports.get(pool.name) as number, agent, addresses, options),
    ),
    renderStats(config.pools, options),
  ]
  return sections.join('\n')
}

/** Where HAProxy, on this host, finds the agent port. */
function agentAddress({ host, port }: Address): Address {
  if (port === 0)
    throw new OperatorError('BAD_CONFIG', 'listen.agent has port 0, which HAProxy cannot be told')
  if (host === '0.0.0.0') return { host: '127.0.0.1', port }
  return { host: host === '::' ? '::1' : host, port }
}

const HEAD = `# Made by: poolguard render haproxy
#
# The agent check is how poolguard says who is in, at which weight, and why. An
# agent that cannot be reached changes nothing, for ever: the health check beside
# it finds dead servers while poolguard does not run.
#
# That health check is a bare connect, on purpose: HAProxy resets it before MySQL
# accepts it, so MySQL counts nothing. A check that reads MySQL's greeting and
# leaves (tcp-check expect, option mysql-check without a user) counts as a broken
# handshake, and after max_connect_errors (100) of them MySQL refuses this host,
# its clients included. Option mysql-check with a user needs an account without a
# password, and fails with MySQL 9. Option httpchk to poolguard would take every
# server down together with poolguard. A frozen mysqld still accepts connections,
# so it takes poolguard to see that.
#
# "weight 100" because poolguard sends percentages of it, and no slowstart because
# the ramp after a return is poolguard's, too.
`

function renderGlobal({ statsSocket, unprivileged }: HaproxyOptions): string {
  const system = unprivileged
    ? ['log stdout format short local0 notice']
    : ['log /dev/log local0', 'chroot /var/lib/haproxy', 'user haproxy', 'group haproxy']
  return section('global', [
    ...system,
    `stats socket ${statsSocket} mode 660 level admin expose-fd listeners`,
    'stats timeout 30s',
  ])
}

const DEFAULTS = section('defaults', [
  'mode tcp',
  'option dontlognull',
  '# A connect that fails goes to another server at once, not only at the last retry.',
  'option redispatch 1',
  'retries 3',
  'timeout connect 2s',
  'timeout queue 5s',
  '# Just above wait_timeout (8h by default), so that MySQL ends idle sessions, not HAProxy.',
  'timeout client 28810s',
  'timeout server 28810s',
  'timeout client-fin 30s',
  'timeout server-fin 30s',
  '# Peers that vanish without a word are noticed within a minute.',
  'option clitcpka',
  'clitcpka-idle 30s',
  'clitcpka-intvl 10s',
  'clitcpka-cnt 3',
  'option srvtcpka',
  'srvtcpka-idle 30s',
  'srvtcpka-intvl 10s',
  'srvtcpka-cnt 3',
])

const FOR_WRITERS = [
  '# poolguard leaves one server up. Should it not run when HAProxy starts, all clients',
  '# still write to the same server, the first that can be reached.',
  'balance first',
]

const FOR_READERS = ['balance leastconn']

/** Poolguard's `down` to a reader means that nobody answers there; lag is 0 %, which cuts nobody off. */
const CUTS_SESSIONS: Readonly<Record<PoolRole, readonly string[]>> = {
  writer: [
    '# What a demoted writer is still sent would be lost.',
    'default-server on-marked-down shutdown-sessions',
  ],
  reader: [
    '# A dead server would keep its clients waiting. One that lags is not down: its sessions go on.',
    'default-server on-marked-down shutdown-sessions',
  ],
}

function renderPool(
  { name, role, servers }: Pool,
  port: number,
  agent: Address,
  addresses: ReadonlyMap<ServerName, Address>,
  { bind, agentInter }: HaproxyOptions,
): string {
  const targets = servers.map((server) => ({ server, address: addresses.get(server) as Address }))
  const width = Math.max(...servers.map((server) => server.length))
  return section(`listen ${name}`, [
    `bind ${formatAddress({ host: bind, port })}`,
    'log global',
    'option tcplog',
    ...(role === 'writer' ? FOR_WRITERS : FOR_READERS),
    'default-server check inter 1s fall 3 rise 2 weight 100',
    `default-server agent-check agent-addr ${agent.host} agent-port ${agent.port} agent-inter ${formatTime(agentInter)}`,
    ...CUTS_SESSIONS[role],
    ...(targets.some(({ address }) => isIP(address.host) === 0) ? FOR_NAMES : []),
    ...targets.map(
      ({ server, address }) =>
        `server ${server.padEnd(width)} ${formatAddress(address)} agent-send "${name}/${server}\\n"`,
    ),
  ])
}

const FOR_NAMES = [
  '# Names are looked up when HAProxy starts. One that is not found does not stop the others.',
  'default-server init-addr last,libc,none',
]

function renderStats(pools: readonly Pool[], { statsPort }: HaproxyOptions): string {
  const name = pools.some((pool) => pool.name === 'stats') ? 'haproxy-stats' : 'stats'
  return section(`listen ${name}`, [
    `bind 127.0.0.1:${statsPort}`,
    'mode http',
    'timeout client 30s',
    'timeout server 30s',
    'stats enable',
    'stats uri /',
    'stats refresh 2s',
    'stats show-legends',
  ])
}

function section(title: string, lines: readonly string[]): string {
  return `${[title, ...lines.map((line) => `    ${line}`)].join('\n')}\n`
}

/** As HAProxy reads it: whole numbers only. */
function formatTime(seconds: Seconds): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1000)}ms`
}
