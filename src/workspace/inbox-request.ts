import { z } from 'zod'
import { jobKey, modulePath, runId } from '../core/ids.ts'
import type { Json } from '../core/json.ts'

const job = z.string().transform(jobKey)
const run = z.string().transform(runId)
const by = z.string().optional()
const module = z.string().transform(modulePath)
const json: z.ZodType<Json> = z.json()
const waitAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['approve', 'reject']), comment: z.string().exactOptional() }),
  z.object({ kind: z.literal('success'), value: json }),
  z.object({ kind: z.literal('failure'), message: z.string() }),
])

/** What another process may ask of the one that drives; a new kind is one more line here. */
export const inboxRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('cancel-job'),
    job,
    evenIfNeeded: z.literal(true).optional(),
    abandon: z.boolean().optional(),
    by,
  }),
  z.object({ kind: z.literal('stop-job'), job, evenIfNeeded: z.literal(true).optional(), by }),
  z.object({
    kind: z.literal('retry-job'),
    job,
    abandon: z.boolean().optional(),
    after: z.int().exactOptional(),
    by,
  }),
  z.object({ kind: z.literal('discard-job'), job, after: z.int().exactOptional() }),
  z.object({ kind: z.literal('cancel-run'), run, by }),
  z.object({ kind: z.literal('login'), destination: z.string(), socket: z.string() }),
  z.object({ kind: z.literal('lift-pause'), destination: z.string() }),
  z.object({ kind: z.literal('retry-module'), run, module }),
  // Of a token that was shown only the hash lies here: the token is a secret.
  z.object({
    kind: z.literal('answer'),
    run,
    module,
    answer: waitAnswer,
    by,
    tokenHash: z.string().exactOptional(),
  }),
])
export type InboxRequest = z.infer<typeof inboxRequest>

/** A request as it lies in the inbox. */
export const inboxAsk = z.object({ format: z.literal(1), request: inboxRequest })

export const inboxReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), answer: z.json() }),
  z.object({ kind: z.literal('refused'), code: z.string(), message: z.string() }),
])
export type InboxReply =
  | { readonly kind: 'done'; readonly answer: Json }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
