/** `npm run bench`: measurements to compare within one run; it judges nothing. */

import { benchAgent } from './agent.ts'
import { benchDecision } from './decision.ts'
import { benchReaction } from './reaction.ts'

const print = (line: string) => process.stdout.write(`${line}\n`)

await benchDecision(print)
await benchAgent(print)
await benchReaction(print)
