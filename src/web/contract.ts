// All that the API answers (of hosts in `host-contract.ts`; what it is asked stands in `requests.ts`): the handlers, the OpenAPI
// description and the page are held to it. Times are ms since 1970 by the server's clock; `now` beside them says what that
// clock read, so that a page can say "since" right.

import { z } from 'zod'
import { errorCodes } from '../core/error.ts'
import type { Json } from '../core/json.ts'
import { reasons } from '../core/reason.ts'
import { jobStreams, ownStreams } from '../runners/streams.ts'

const list = <T extends z.ZodType>(of: T) => z.array(of).readonly()
const names = list(z.string())
const time = z.number()
const count = z.int().nonnegative()
const flag = z.literal(true).exactOptional()
const json: z.ZodType<Json> = z.json()

export const streamName = z.enum([...ownStreams, ...jobStreams])
export type StreamName = z.infer<typeof streamName>

const jobStates = [
  'submitting',
  'submit-unknown',
  'queued',
  'held',
  'running',
  'fetching',
  'succeeded',
  'failed',
  'cancelled',
  'lost',
] as const
export const jobStateName = z.enum(jobStates)
export type JobStateName = z.infer<typeof jobStateName>

const outcomeKinds = ['done', 'suspended', 'waiting', 'failed', 'skipped', 'unneeded', 'cancelled'] as const
export const outcomeKind = z.enum(outcomeKinds)
export type OutcomeKind = z.infer<typeof outcomeKind>

export const runStateName = z.enum(['open', 'done', 'failed', 'cancelled'])

/** What a refused request is answered with, under a 4xx or 5xx; `message` is fit to be shown as it is. */
export const failure = z.object({
  error: z.object({ code: z.enum(errorCodes), message: z.string(), retryable: z.boolean() }),
})
export type Failure = z.infer<typeof failure>

/** `GET api`: where one is, and what one may do. */
export const welcome = z.object({
  name: z.string(),
  version: z.string(),
  role: z.enum(['reader', 'changer']),
  /** `true`: the process that answers also drives the workspace; else what is asked goes to whoever drives, through the inbox. */
  drives: z.boolean(),
  now: time,
})
export type Welcome = z.infer<typeof welcome>

// ── runs ──────────────────────────────────────────────────────────────────────────────────────────────────

/** What a module waits for that is no job of its own; a kind that the page does not know is shown by its name. */
export const suspension = z.looseObject({ kind: z.string(), module: z.string() })

export const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), by: z.enum(['computed', 'reused', 'collected']) }),
  z.object({ kind: z.literal('suspended'), on: suspension }),
  z.object({ kind: z.literal('waiting'), for: names }),
  z.object({ kind: z.literal('failed'), error: z.object({ code: z.string(), message: z.string() }) }),
  z.object({ kind: z.literal('skipped'), because: z.enum(['failure', 'condition']), of: z.string() }),
  z.object({ kind: z.literal('unneeded') }),
  z.object({ kind: z.literal('cancelled') }),
])
export type OutcomeAnswer = z.infer<typeof outcome>

export const runRow = z.object({
  id: z.string(),
  name: z.string(),
  key: z.string().exactOptional(),
  state: runStateName,
  resume: z.enum(['auto', 'ask', 'off']),
  startedAt: time,
  endedAt: time.exactOptional(),
  cancelledBy: z.string().exactOptional(),
  /** How many modules and elements stand how; a kind that none has is left out. */
  outcomes: z.partialRecord(outcomeKind, count),
})
export type RunRow = z.infer<typeof runRow>

/** `GET api/runs`, newest first. `next` is the `before` of the next page, where there is more. */
export const runList = z.object({ runs: list(runRow), next: z.string().exactOptional(), now: time })
export type RunList = z.infer<typeof runList>

export const graphModule = z.object({
  /** `outer/inner`; what is in a mapped group stands here once, its elements in `elements`. */
  path: z.string(),
  /** Its own id, or its label. */
  label: z.string(),
  type: z.string(),
  kind: z.enum(['module', 'group']),
  /** The group that it is in. */
  in: z.string().exactOptional(),
  /** Done once for each element of the lists at these ports. */
  over: names.exactOptional(),
  destination: z.string().exactOptional(),
})
export type GraphModule = z.infer<typeof graphModule>

/** From a port to a port. A module left out means the pipeline's own input or output; a group's ports are its own. */
export const graphConnection = z.object({
  from: z.object({ module: z.string().exactOptional(), port: z.string() }),
  to: z.object({ module: z.string().exactOptional(), port: z.string() }),
})
export type GraphConnection = z.infer<typeof graphConnection>

/** One element of a map: `digest[0]`, of `digest`, with its value where that is known. */
export const graphElement = z.object({
  path: z.string(),
  map: z.string(),
  index: count,
  value: z.string().exactOptional(),
})
export type GraphElement = z.infer<typeof graphElement>

export const runGraph = z.object({
  inputs: names,
  outputs: names,
  modules: list(graphModule),
  connections: list(graphConnection),
  elements: list(graphElement),
})
export type RunGraph = z.infer<typeof runGraph>

/** `GET api/runs/:id`. Outcomes and jobs are by path: `gel`, `outer/inner`, `digest[0]`, `clean[2]/trim`. */
export const runAnswer = z.object({
  run: runRow,
  /** Where relative paths in it start. */
  base: z.string(),
  targets: names,
  inputs: z.record(z.string(), json),
  document: json,
  graph: runGraph,
  outcomes: z.record(z.string(), outcome),
  jobs: z.record(z.string(), z.string()),
  now: time,
})
export type RunAnswer = z.infer<typeof runAnswer>

// ── jobs ──────────────────────────────────────────────────────────────────────────────────────────────────

export const spared = z.object({ until: time, why: z.string() })

/** A job in one flat line. What is left out is not known or not so. */
export const jobRow = z.object({
  key: z.string(),
  name: z.string(),
  destination: z.string(),
  attempt: z.int(),
  state: jobStateName,
  since: time,
  /** When this attempt was written down, when its scheduler first had it, when it began and ended. */
  submittedAt: time.exactOptional(),
  queuedAt: time.exactOptional(),
  startedAt: time.exactOptional(),
  endedAt: time.exactOptional(),
  /** Milliseconds that it ran, by its own host's clock; only of one that has ended. */
  ranFor: z.number().exactOptional(),
  nativeId: z.string().exactOptional(),
  reason: z.enum(reasons).exactOptional(),
  /** Why it is as it is, for people. */
  message: z.string().exactOptional(),
  /** Written down and not sent: its destination has no place for it yet. */
  waitsForPlace: flag,
  unreachableSince: time.exactOptional(),
  loginNeeded: flag,
  pausedSince: time.exactOptional(),
  /** The budget of its host is spent: nothing, or less, is asked there until then. */
  spared: spared.exactOptional(),
  unseenSince: time.exactOptional(),
  cancelRequested: z.object({ at: time, by: z.string(), keep: flag }).exactOptional(),
  /** What its log says of how far it is (rule L5). */
  percent: z.number().exactOptional(),
  /** How far its files have travelled, in bytes; only where the process that answers drives. */
  travel: z.object({ way: z.enum(['there', 'home']), done: count, total: count }).exactOptional(),
})
export type JobRow = z.infer<typeof jobRow>

/** `GET api/jobs`. `total` counts what the filters leave, `states` all jobs by state: what the page's tabs show. */
export const jobList = z.object({
  jobs: list(jobRow),
  total: count,
  states: z.partialRecord(jobStateName, count),
  destinations: names,
  now: time,
})
export type JobList = z.infer<typeof jobList>

export const evidence = z.object({
  from: z.enum(['exit-file', 'accounting', 'scheduler', 'host', 'user', 'engine']),
  text: z.string(),
})

export const jobChange = z.object({
  attempt: z.int(),
  at: time,
  from: z.enum([...jobStates, 'none']),
  to: jobStateName,
  evidence,
})
export type JobChangeAnswer = z.infer<typeof jobChange>

export const attempt = z.object({
  attempt: z.int(),
  tag: z.string(),
  destination: z.string(),
  /** As it is kept: `kind`, `since`, and what belongs to that kind. */
  state: z.looseObject({ kind: jobStateName, since: time }),
})
export type AttemptAnswer = z.infer<typeof attempt>

/** `GET api/jobs/:key`. Attempts and history are oldest first; the last attempt is the present one. */
export const jobAnswer = z.object({
  job: jobRow,
  signature: z.string(),
  /** Its words or script, as it is kept. */
  spec: z.looseObject({}),
  attempts: list(attempt),
  history: list(jobChange),
  neededBy: list(z.object({ run: z.string(), name: z.string() })),
  now: time,
})
export type JobAnswer = z.infer<typeof jobAnswer>

// ── logs ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Why there is no such stream, as data and as a sentence (rule L3). */
export const logGap = z.object({
  why: z.enum(['unsupported', 'not-started', 'gone', 'no-permission', 'too-large']),
  sentence: z.string(),
})
export type LogGapAnswer = z.infer<typeof logGap>

/** `GET api/jobs/:key/logs/:stream/live`: the `data` of each event, under the event's name. */
export const logEvents = {
  /** `bytes` in base64. Joined by their offsets, the chunks of a stream are the file, byte for byte. */
  chunk: z.object({ offset: count, bytes: z.string() }),
  /** Left out: the head of a large log, or the gap of a kept one. Ask for it with `Range` where it is to be had. */
  skipped: z.object({ offset: count, length: count }),
  /** The stream begins anew at 0: truncated, rotated, a new attempt or incarnation. */
  reset: z.object({ why: z.string(), attempt: z.int() }),
  unavailable: logGap,
  /** Nothing comes any more; who reconnects is told so again. */
  end: z.object({ size: count }),
}
export type LogEvent = {
  [K in keyof typeof logEvents]: { kind: K } & z.infer<(typeof logEvents)[K]>
}[keyof typeof logEvents]

// ── changes ───────────────────────────────────────────────────────────────────────────────────────────────

/** `GET api/changes`, event `changes`: everything that changed since the event before, each thing once, as it is now. */
export const changes = z.object({
  runs: list(runRow),
  outcomes: list(z.object({ run: z.string(), module: z.string(), outcome, job: z.string().exactOptional() })),
  jobs: list(jobRow),
  discarded: names,
  /** Something about hosts or waits changed: ask for them again. */
  hosts: flag,
  waits: flag,
  now: time,
})
export type Changes = z.infer<typeof changes>

// ── waits ─────────────────────────────────────────────────────────────────────────────────────────────────

/** One wait of an open run; `on` is what its module's outcome says. */
export const waitRow = z.object({
  run: z.string(),
  runName: z.string(),
  module: z.string(),
  key: z.string().exactOptional(),
  on: suspension,
})
export type WaitRow = z.infer<typeof waitRow>

export const waitList = z.object({ waits: list(waitRow), now: time })
export type WaitList = z.infer<typeof waitList>
