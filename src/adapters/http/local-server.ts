/** What the snapshot knows of the one server that local mode answers for. */

import { formatLag } from '../../core/lag.ts'
import type { Pool, ServerName } from '../../core/pool.ts'
import type { MemberView, Snapshot } from '../../core/snapshot.ts'
import { formatDuration } from '../../core/units.ts'
import { standingOf } from '../../core/verdict.ts'

export interface LocalAnswer {
  /** 404 pairs with `http-check disable-on-404`: no new connections, running ones finish. */
  readonly status: 200 | 404 | 503
  /** One line. */
  readonly text: string
}

/** The server as one of its pools sees it. */
export interface LocalMember {
  readonly pool: Pool
  readonly view: MemberView
}

export interface LocalServer {
  /** In the order of the configuration. */
  readonly readers: readonly LocalMember[]
  readonly writers: readonly LocalMember[]
  /** Whether any pool at all has the role of choosing a writer, with this server or without. */
  readonly hasWriterPool: boolean
}

export function findLocalServer({ pools }: Snapshot, server: ServerName): LocalServer {
  const members = pools.flatMap(({ pool, members: views }) =>
    views.filter((view) => view.server === server).map((view) => ({ pool, view })),
  )
  return {
    readers: members.filter(({ pool }) => pool.role === 'reader'),
    writers: members.filter(({ pool }) => pool.role === 'writer'),
    hasWriterPool: pools.some(({ pool }) => pool.role === 'writer'),
  }
}

export function isIn({ view }: LocalMember): boolean {
  return view.verdict !== null && standingOf(view.verdict) === 'in'
}

/** Why the latest reading says nothing about now; null if it does. */
export function objectToReading({ pool, view }: LocalMember): string | null {
  const { maxAge } = pool.policy
  if (view.readingAge === null) return 'no reading yet'
  if (view.failure !== null) return view.failure
  if (view.readingAge <= maxAge) return null
  return `last reading ${formatLag(view.readingAge)} old, over ${formatDuration(maxAge)}`
}

/**
 * Is this the writer, as far as reads are concerned? As in the pools of
 * readers, one that replicates from elsewhere is judged as a replica even where
 * a writer pool has chosen it.
 */
export function isWriter({ readers, writers }: LocalServer): boolean {
  return [...readers, ...writers].some(
    ({ pool, view }) =>
      view.role === 'primary' ||
      (view.role !== 'replica' && pool.role === 'writer' && isIn({ pool, view })) ||
      view.verdict?.reason.code === 'writer' ||
      view.verdict?.reason.code === 'writer_fallback',
  )
}

/** The kindest of several answers: what one pool takes in, it may have. The first of equals. */
export function findKindest(answers: readonly LocalAnswer[], none: LocalAnswer): LocalAnswer {
  return [200, 404, 503].flatMap((status) => answers.filter((answer) => answer.status === status))[0] ?? none
}
