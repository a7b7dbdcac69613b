/** The answers to all agent checks, encoded once for each verdict. */

import type { Snapshot } from '../../core/snapshot.ts'
import type { Verdict } from '../../core/verdict.ts'
import { formatReply } from './agent-reply.ts'

/** By `pool/server`; null while a reading is awaited and nothing must be said. */
export type Replies = ReadonlyMap<string, Buffer | null>

/** Remembers encoded verdicts by identity: most are the same from snapshot to snapshot. */
export function createReplyEncoder(): (snapshot: Snapshot) => Replies {
  const encoded = new WeakMap<Verdict, Buffer>()
  const encode = (verdict: Verdict): Buffer => {
    const known = encoded.get(verdict)
    if (known !== undefined) return known
    const reply = Buffer.from(formatReply(verdict), 'latin1')
    encoded.set(verdict, reply)
    return reply
  }
  return (snapshot) => {
    const replies = new Map<string, Buffer | null>()
    for (const [id, view] of snapshot.views) {
      replies.set(id, view.awaited || view.verdict === null ? null : encode(view.verdict))
    }
    return replies
  }
}
