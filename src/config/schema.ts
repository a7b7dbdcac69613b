/**
 * What may stand in poolguard.yaml, as written: nothing is filled in here.
 *
 * The `default`s are only told to readers of the JSON Schema. Several depend on
 * other settings, so `policy.ts` and `connection.ts` apply them.
 */

import { z } from 'zod'
import { DEFAULTS } from './defaults.ts'
import { address, name, oneOf, text } from './fields.ts'
import { mysqlShape, serverShape } from './mysql-schema.ts'
import { poolShape } from './pool-schema.ts'
import { map, optional } from './shapes.ts'

export const listenShape = {
  agent: optional(
    address({ fallback: null, lowest: 0 }),
    'host:port for the agent checks of HAProxy; port 0 takes a free one.',
    DEFAULTS.agent,
  ),
  http: optional(
    address({ fallback: null, lowest: 0 }),
    'host:port for checks, API, status page and metrics; port 0 takes a free one.',
    DEFAULTS.http,
  ),
  socket: optional(
    text(),
    'Path of the unix socket of the command line, at most 107 bytes.',
    DEFAULTS.socket,
  ),
}

export const localShape = {
  server: name().meta({ description: 'The one of the servers that runs on this host.' }),
  listen: address({ fallback: null, lowest: 0 }).meta({
    description: 'host:port where its HTTP checks are answered; port 0 takes a free one.',
  }),
}

const logShape = {
  level: optional(
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
    'Least severe kind of line that is logged.',
    DEFAULTS.level,
  ),
}

const NO_MAP = { error: 'is not a map' }

export const configSchema = map({
  cluster: name().meta({ description: 'Name of this set of pools in metrics and on the status page.' }),
  listen: optional(map(listenShape), 'Where the daemon answers.'),
  mysql: optional(map(mysqlShape), 'Defaults for all servers, each of which may override any of them.'),
  servers: z.record(name(), map(serverShape), NO_MAP).meta({ description: 'The MySQL servers, by name.' }),
  pools: z
    .record(name(), map(poolShape), NO_MAP)
    .meta({ description: 'The pools; the name is that of the backend in HAProxy.' }),
  local: optional(
    map(localShape),
    'For one poolguard on each database host: answers HTTP checks about that server, as clustercheck does.',
  ),
  state_dir: optional(text(), 'Folder where verdicts outlive a restart.', DEFAULTS.state_dir),
  log: optional(map(logShape), 'Logging, to standard error.'),
}).meta({
  title: 'poolguard.yaml',
  description:
    'Configuration of poolguard. Strings may hold environment variables, each as $ and its name in braces; paths are relative to this file.',
})

/** A file that is right in itself; how its parts fit each other is for the rules. */
export type ConfigInput = z.output<typeof configSchema>

/** The published JSON Schema (draft 2020-12) of the file as people write it. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // A `default` in the metadata would be dropped: zod takes it for one of the output form.
      if (jsonSchema['fallback'] !== undefined) jsonSchema.default = jsonSchema['fallback'] as never
      delete jsonSchema['fallback']
    },
  })
}
