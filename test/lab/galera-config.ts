import { join } from 'node:path'
import { sharedCache } from './cache.ts'

/** What a node listens on, each on 127.0.0.1. */
export interface GaleraPorts {
  readonly sql: number
  readonly group: number
  readonly ist: number
  readonly sst: number
}

export interface GaleraConfig {
  readonly name: string
  readonly serverId: number
  readonly dir: string
  readonly ports: GaleraPorts
  /** All nodes; empty for the one that founds a cluster. */
  readonly peers: readonly GaleraPorts[]
  /** Like `gcs.fc_limit=2`; they win over the lab's own. */
  readonly providerOptions?: readonly string[]
}

/** A node that answers nobody is out of the cluster after a second and a half; by default after ten. */
const FAST_DETECTION = [
  'evs.keepalive_period=PT0.3S',
  'evs.inactive_check_period=PT0.2S',
  'evs.suspect_timeout=PT1S',
  'evs.inactive_timeout=PT3S',
  'evs.install_timeout=PT1.5S',
  'evs.join_retrans_period=PT0.3S',
  'gmcast.peer_timeout=PT1S',
  'gmcast.time_wait=PT0.5S', // before one that was lost may come back
  'pc.recovery=true',
  'gcache.size=16M',
]

/** Where Debian's galera-4 puts it. */
const PROVIDER = '/usr/lib/galera/libgalera_smm.so'

/** Added to the PATH of a node, which starts a script when another node needs a copy of its data. */
export const sstScripts: string = join(sharedCache, 'wsrep-sst')

/** In a file and not on the command line, all of which a node hands to that script. */
export function galeraConfig(config: GaleraConfig): string {
  const { name, serverId, dir, ports, peers, providerOptions = [] } = config
  const provider = [
    `gmcast.listen_addr=tcp://127.0.0.1:${ports.group}`,
    `ist.recv_addr=127.0.0.1:${ports.ist}`,
    ...FAST_DETECTION,
    ...providerOptions,
  ]
  return `[mariadbd]
datadir=${join(dir, 'data')}
tmpdir=${join(dir, 'tmp')}
socket=${join(dir, 'mariadb.sock')}
pid-file=${join(dir, 'mariadb.pid')}
bind-address=127.0.0.1
port=${ports.sql}
server-id=${serverId}
skip-name-resolve
max-connections=500

log-bin=binlog
log-slave-updates=ON
binlog-format=ROW
innodb-autoinc-lock-mode=2
innodb-flush-log-at-trx-commit=2
innodb-doublewrite=0
innodb-flush-method=nosync
innodb-use-native-aio=0
innodb-buffer-pool-size=32M
innodb-log-file-size=8M
innodb-fast-shutdown=2
key-buffer-size=1M
debug-no-sync

wsrep-on=ON
wsrep-provider=${PROVIDER}
wsrep-provider-options="${provider.join(';')}"
wsrep-cluster-name=shop
wsrep-cluster-address=gcomm://${peers.map(({ group }) => `127.0.0.1:${group}`).join(',')}
wsrep-node-name=${name}
wsrep-node-address=127.0.0.1:${ports.group}
wsrep-node-incoming-address=127.0.0.1:${ports.sql}
wsrep-sst-receive-address=127.0.0.1:${ports.sst}
wsrep-sst-method=held

[sst]
sst-syslog=-1
`
}
