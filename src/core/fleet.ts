/**
 * The only reducer: the state of the fleet, and the step from one to the next.
 *
 * A pool is decided as soon as each of its servers has been read. Until then,
 * after a start and after a resume, what was decided before stands, for at most
 * `maxAge`: a daemon that was stopped for a while (SIGSTOP, a frozen VM, a
 * stalled event loop) has only old readings, and probes again before it judges.
 */

import { HANDOVER } from './handover.ts'
import type { Decision, Member } from './member.ts'
import { type MemberId, memberId, type Pool, type ServerName } from './pool.ts'
import { decideReaderPool } from './reader-pool.ts'
import type { Reading } from './reading.ts'
import { isSeen, NEVER_SEEN, observe, type Sight } from './sight.ts'
import { elapsed, type Instant, type MonotonicMs, monotonicMs, type Seconds } from './units.ts'
import { isSameVerdict, isTransition, standingOf, type Transition, type Verdict } from './verdict.ts'
import { decideWriterPool } from './writer-pool.ts'

export interface FleetState {
  readonly steppedAt: Instant
  /** Readings started before this moment are too old to judge by. */
  readonly resumedAt: MonotonicMs
  readonly sights: ReadonlyMap<ServerName, Sight>
  readonly members: ReadonlyMap<MemberId, Member>
}

export interface FleetInputs {
  readonly pools: readonly Pool[]
  /** The latest reading of each server that has one. */
  readonly readings: ReadonlyMap<ServerName, Reading>
}

export interface StepResult {
  readonly state: FleetState
  readonly transitions: readonly Transition[]
}

/** Steps are due several times a second: one this late means that we did not run. */
export const STALL: Seconds = 1

/** The wall clock may drift this far from the monotonic one between two steps. */
const CLOCK_JUMP: Seconds = 5

export function createFleet(now: Instant): FleetState {
  return { steppedAt: now, resumedAt: now.monotonic, sights: new Map(), members: new Map() }
}

/** The same inputs twice make no second transition; an older `now` changes nothing. */
export function step(before: FleetState, inputs: FleetInputs, now: Instant): StepResult {
  if (now.monotonic < before.steppedAt.monotonic) return { state: before, transitions: [] }
  const resumedAt = hasStalled(before.steppedAt, now) ? now.monotonic : before.resumedAt
  const sights = new Map<ServerName, Sight>()
  const members = new Map<MemberId, Member>()
  const transitions: Transition[] = []
  const chosenWriters = new Set<ServerName>()
  for (const pool of writersFirst(inputs.pools)) {
    const poolSights = pool.servers.map((server) => {
      const sight = takeIn(before.sights.get(server) ?? NEVER_SEEN, inputs.readings.get(server))
      sights.set(server, sight)
      return sight
    })
    const poolMembers = pool.servers.map((server) => before.members.get(memberId(pool.name, server)) ?? null)
    const decisions = isAwaited(pool, poolSights, resumedAt, now.monotonic)
      ? poolMembers
      : decidePool(pool, poolSights, poolMembers, chosenWriters, now.monotonic)
    for (const [position, server] of pool.servers.entries()) {
      const decision = decisions[position]
      if (!decision) continue
      const member = poolMembers[position] ?? null
      const next = remember(pool, server, member, decision, poolSights[position] as Sight, now)
      members.set(memberId(pool.name, server), next)
      if (pool.role === 'writer' && next.verdict.state === 'up') chosenWriters.add(server)
      if (isTransition(member?.verdict ?? null, next.verdict)) {
        transitions.push({
          pool: pool.name,
          server,
          from: member?.verdict ?? null,
          to: next.verdict,
          at: now.wall,
        })
      }
    }
  }
  return { state: { steppedAt: now, resumedAt, sights, members }, transitions }
}

/** What a reader pool does with a writer depends on who that is. */
function writersFirst(pools: readonly Pool[]): readonly Pool[] {
  return [...pools.filter(({ role }) => role === 'writer'), ...pools.filter(({ role }) => role === 'reader')]
}

function hasStalled(before: Instant, now: Instant): boolean {
  const passed = elapsed(before.monotonic, now.monotonic)
  const jumped = Math.abs((now.wall - before.wall) / 1000 - passed)
  return passed > STALL || jumped > CLOCK_JUMP
}

function takeIn(sight: Sight, reading: Reading | undefined): Sight {
  return reading === undefined ? sight : observe(sight, reading)
}

/** Does this pool have to wait for a reading before it can be decided anew? */
export function isAwaited(
  pool: Pool,
  sights: readonly Sight[],
  resumedAt: MonotonicMs,
  now: MonotonicMs,
): boolean {
  if (elapsed(resumedAt, now) > pool.policy.maxAge) return false
  return sights.some(({ reading }) => reading === null || reading.at < resumedAt)
}

function decidePool(
  pool: Pool,
  sights: readonly Sight[],
  members: readonly (Member | null)[],
  chosenWriters: ReadonlySet<ServerName>,
  now: MonotonicMs,
): readonly Decision[] {
  return pool.role === 'reader'
    ? decideReaderPool(pool, sights, members, chosenWriters, now)
    : decideWriterPool(pool, sights, members, now)
}

/** The same objects again where nothing has changed, so that readers can tell by identity. */
function remember(
  pool: Pool,
  server: ServerName,
  before: Member | null,
  decision: Decision,
  sight: Sight,
  now: Instant,
): Member {
  if (before === decision) return before
  const { damping } = decision
  const verdict =
    before !== null && isSameVerdict(before.verdict, decision.verdict) ? before.verdict : decision.verdict
  const seen = isSeen(sight, pool.policy.maxAge, now.monotonic)
  const sighted = seen ? { verdict, damping } : (before?.sighted ?? null)
  const isNew = isTransition(before?.verdict ?? null, verdict)
  const since = before === null || isNew ? now.wall : before.since
  return {
    pool: pool.name,
    server,
    verdict,
    damping,
    sighted,
    inSince: servesSince(before, verdict, now.monotonic),
    since,
  }
}

/** What HAProxy starts with it knows already, so that a first verdict is no newcomer's. */
function servesSince(before: Member | null, verdict: Verdict, now: MonotonicMs): MonotonicMs | null {
  if (standingOf(verdict) !== 'in') return null
  return before === null ? monotonicMs(now - HANDOVER * 1000) : (before.inSince ?? now)
}
