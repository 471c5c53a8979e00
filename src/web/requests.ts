// What the API is asked: queries and bodies, and what acts are answered with.

import { z } from 'zod'
import type { Json } from '../core/json.ts'
import { failure, jobStateName, runStateName } from './contract.ts'

/** Several in one parameter: `state=queued,running`. */
const several = <T extends z.ZodType<string, string>>(of: T) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(of))
const whole = (most: number) => z.coerce.number().int().min(0).max(most)

/** Of `GET api/runs`. `q` is looked for in name, key and id; `before` is the `next` of the page before. */
export const runsQuery = z.strictObject({
  state: several(runStateName).exactOptional(),
  q: z.string().exactOptional(),
  limit: whole(1000).default(100),
  before: z.string().exactOptional(),
})

/** The columns by which `GET api/jobs` sorts; `-since` is the other way round. */
export const jobSort = z.enum([
  'since',
  'name',
  'state',
  'destination',
  'attempt',
  'submittedAt',
  'startedAt',
  'queueTime',
  'runTime',
  'reason',
])
export type JobSort = z.infer<typeof jobSort>

/** Of `GET api/jobs`. `q` is looked for in name, key and reason; `run` leaves the jobs of one run. */
export const jobsQuery = z.strictObject({
  state: several(jobStateName).exactOptional(),
  destination: several(z.string()).exactOptional(),
  run: z.string().exactOptional(),
  q: z.string().exactOptional(),
  /** `-startedAt`: the other way round. */
  sort: z.union([jobSort, z.templateLiteral(['-', jobSort])]).default('-since'),
  limit: whole(20_000).default(20_000),
  offset: whole(10_000_000).default(0),
})
export type JobsQuery = z.infer<typeof jobsQuery>

/** Of `GET api/jobs/:key/logs/:stream`. `tail`: the last so many bytes; `attempt`: an earlier one; `download`: to be saved as a file. */
export const logQuery = z.strictObject({
  tail: whole(Number.MAX_SAFE_INTEGER).exactOptional(),
  attempt: whole(1_000_000).exactOptional(),
  download: z.literal('1').exactOptional(),
})

/** Of `.../live`. `from`: `tail` (64 KiB unless the job says otherwise), `start`, or a byte offset; a `Last-Event-ID` wins. */
export const liveQuery = z.strictObject({
  from: z.union([z.enum(['tail', 'start']), whole(Number.MAX_SAFE_INTEGER)]).default('tail'),
  attempt: whole(1_000_000).exactOptional(),
})

/**
 * `POST api/session`: the token itself, or the one-time `login` of the printed address. There it stands behind the `#`, as
 * `#login=CODE`: what is behind a `#` reaches no server's log, and the page takes it out of the address at once.
 */
export const sessionBody = z.union([
  z.strictObject({ token: z.string() }),
  z.strictObject({ login: z.string() }),
])

/** `POST api/jobs/:key/cancel` and `stop`: also where runs need the job, and (cancel) where its host is gone for good. */
export const cancelBody = z.strictObject({
  evenIfNeeded: z.literal(true).exactOptional(),
  abandon: z.literal(true).exactOptional(),
})
export const stopBody = z.strictObject({ evenIfNeeded: z.literal(true).exactOptional() })
/** `retry` and `discard`. `after`: only while this is still its last attempt, so that sent twice is done once. */
export const retryBody = z.strictObject({
  after: z.int().exactOptional(),
  abandon: z.literal(true).exactOptional(),
})
export const discardBody = z.strictObject({ after: z.int().exactOptional() })

/** `POST api/jobs/bulk`: one act for up to 10,000 jobs, each with an answer of its own. */
export const bulkBody = z.discriminatedUnion('act', [
  cancelBody.extend({ act: z.literal('cancel'), keys: keys() }),
  stopBody.extend({ act: z.literal('stop'), keys: keys() }),
  retryBody.omit({ after: true }).extend({ act: z.literal('retry'), keys: keys() }),
  z.strictObject({ act: z.literal('discard'), keys: keys() }),
])
export type BulkBody = z.infer<typeof bulkBody>

/** `POST api/runs/:id/retry`: clears a module's own failure, so that the run tries it again. */
export const moduleBody = z.strictObject({ module: z.string() })
/** `POST api/runs/:id/answer`: what a person says to a wait of the kind `approval`, and why. */
export const answerBody = z.strictObject({
  module: z.string(),
  answer: z.enum(['approve', 'reject']),
  comment: z.string().max(10_000).exactOptional(),
})
/** `POST api/tokens/:token`: whatever JSON it is, as parsed from the body; what the module's `outputs` declare is asked of it later. */
export const callbackBody = z.custom<Json>(() => true)
export const callbackFailureBody = z.strictObject({ message: z.string().max(10_000) })
/** `repeated`: just this had been said before. */
export const answerReceipt = z.object({ kind: z.enum(['taken', 'repeated']) })
export type AnswerBody = z.infer<typeof answerBody>
export const emptyBody = z.strictObject({})

const said = z.string().exactOptional()
/** What came of an act on a job; `said` is what its host or the user's wish says about it. */
export const actAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('requested'), said }),
  z.object({ kind: z.literal('ended'), state: jobStateName }),
  /** Nothing was done: these runs hang on the job. Ask again with `evenIfNeeded`. */
  z.object({ kind: z.literal('needed'), by: z.array(z.object({ run: z.string(), name: z.string() })) }),
  /** It ended by itself, and what it made is being brought home. */
  z.object({ kind: z.literal('collecting') }),
  /** Nothing to retry: it is open. */
  z.object({ kind: z.literal('open'), state: jobStateName, said }),
  /** The attempt before may still run. Ask again with `abandon` if it surely does not. */
  z.object({ kind: z.literal('may-still-run'), said: z.string() }),
  z.object({ kind: z.literal('discarded') }),
])
export type ActAnswer = z.infer<typeof actAnswer>

export const bulkAnswer = z.object({
  results: z.array(
    z.union([z.object({ key: z.string(), answer: actAnswer }), failure.extend({ key: z.string() })]),
  ),
})
export type BulkAnswer = z.infer<typeof bulkAnswer>

export const doneAnswer = z.object({ kind: z.literal('done') })
/** `GET` and `POST api/session`. */
export const sessionAnswer = z.object({ role: z.enum(['nobody', 'reader', 'changer']) })
export type SessionAnswer = z.infer<typeof sessionAnswer>

function keys() {
  return z.array(z.string()).min(1).max(10_000)
}
