/** The settings of a pool, as written. */

import { z } from 'zod'
import { DEFAULTS } from './defaults.ts'
import { duration, flag, integer, name, oneOf, percent } from './fields.ts'
import { optional } from './shapes.ts'

export const poolShape = {
  role: oneOf('reader', 'writer').meta({
    description: 'reader: every server that is fresh enough; writer: the one server that is writable.',
  }),
  servers: z.array(name(), { error: 'is not a list' }).meta({
    description: 'Names from servers, each one the name of the server line in HAProxy, too.',
    minItems: 1,
    uniqueItems: true,
  }),
  max_lag: optional(duration(), 'In service, a server leaves above this lag.', DEFAULTS.max_lag),
  recover_lag: optional(
    duration(),
    'Out of service, a server returns at or below this lag. Left out: 2s, or 40% of max_lag if that is less.',
    DEFAULTS.recover_lag,
  ),
  max_age: optional(
    duration(),
    'A reading older than this says nothing about now. Left out: 3s, or twice poll_interval plus timeout of the slowest server if that is more.',
    DEFAULTS.max_age,
  ),
  rise: optional(integer(1, 100), 'Good readings in a row before a server returns.', DEFAULTS.rise),
  fall: optional(integer(1, 100), 'Bad readings in a row before a server leaves.', DEFAULTS.fall),
  ramp: optional(
    duration(),
    'Time over which the weight climbs from 10% to full after a return; 0s is at once.',
    DEFAULTS.ramp,
  ),
  weight_by_lag: optional(
    flag(),
    'Whether the weight falls with the lag between recover_lag and max_lag.',
    DEFAULTS.weight_by_lag,
  ),
  min_servers: optional(
    integer(0, 1000),
    'The floor: this many least-lagged servers stay in; 0 lets the pool run empty.',
    DEFAULTS.min_servers,
  ),
  max_staleness: optional(
    duration(),
    'Servers whose data may be older than this are not kept by the floor. Left out: 10m, or max_lag if that is more.',
    DEFAULTS.max_staleness,
  ),
  floor_weight: optional(
    percent(),
    'Weight of a server that only the floor keeps, while fit ones serve beside it.',
    DEFAULTS.floor_weight,
  ),
  donor: optional(
    oneOf('never', 'last', 'always'),
    'Whether a Galera donor or desynced node serves: never, only where too few others do, or always.',
    DEFAULTS.donor,
  ),
  max_apply_queue: optional(
    integer(0, 1_000_000),
    'In service, a Galera node or group member leaves above this many transactions received and not yet applied.',
    DEFAULTS.max_apply_queue,
  ),
  recover_apply_queue: optional(
    integer(0, 1_000_000),
    'Out of service, it returns at or below this many. Left out: 250, or a quarter of max_apply_queue if that is less.',
    DEFAULTS.recover_apply_queue,
  ),
  minority_reads: optional(
    flag(),
    'Whether a group member that reaches no majority may serve reads, however old.',
    DEFAULTS.minority_reads,
  ),
  writer_weight: optional(percent(), "The writer's weight as a reader.", DEFAULTS.writer_weight),
  writer_fallback: optional(
    percent(),
    "The writer's weight as a reader when nothing else is left; 0% is never.",
    DEFAULTS.writer_fallback,
  ),
  blind_hold: optional(
    duration(),
    'How long verdicts are held when sight of every server was lost at once.',
    DEFAULTS.blind_hold,
  ),
}
