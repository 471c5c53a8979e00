// What the API answers of hosts; the rest stands in `contract.ts`.

import { z } from 'zod'
import { jobStateName, spared } from './contract.ts'

const list = <T extends z.ZodType>(of: T) => z.array(of).readonly()
const time = z.number()
const count = z.int().nonnegative()
const flag = z.literal(true).exactOptional()

/** Connections are of today (UTC), the others of the last hour; `in-doubt`: commands asked since a job hung on the answer. */
const budgetNames = ['connections', 'scheduler-commands', 'scheduler-commands-in-doubt', 'bytes'] as const

export const hostRow = z.object({
  destination: z.string(),
  /** The kind of its runner: `slurm`; not known of one that is no longer configured. */
  runner: z.string().exactOptional(),
  /** Jobs there that are open, by state. */
  jobs: z.partialRecord(jobStateName, count),
  unreachable: z.object({ since: time, why: z.string(), login: flag }).exactOptional(),
  paused: z.object({ since: time, why: z.string() }).exactOptional(),
  /** Its budget is spent: nothing, or less, is asked there until then. */
  spared: spared.exactOptional(),
  /** When it last answered a look; only where the process that answers drives. */
  lookedAt: time.exactOptional(),
  /** What may be used of it, as the configuration says; what is used now where that is known. */
  limits: list(z.object({ what: z.string(), limit: z.number(), used: z.number().exactOptional() })),
  /** What of its host's budget is spent, by all workspaces that share it; without `limit`, as much as one likes. */
  budget: list(
    z.object({
      what: z.enum(budgetNames),
      used: z.number(),
      limit: z.number().exactOptional(),
    }),
  ),
})
export type HostRow = z.infer<typeof hostRow>

export const hostList = z.object({ hosts: list(hostRow), now: time })
export type HostList = z.infer<typeof hostList>

/** Folders of a workspace on one machine, in bytes of its disk. */
export const diskRow = z.object({
  /** Those that share the folder. */
  destinations: list(z.string()),
  host: z.string(),
  found: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('measured'),
      folder: z.string(),
      /** The largest; `job` is left out where there is no record any more. */
      attempts: list(
        z.object({
          tag: z.string(),
          bytes: z.number(),
          job: z.object({ key: z.string(), name: z.string(), attempt: z.int() }).exactOptional(),
        }),
      ),
      others: z.object({ count, bytes: z.number() }).exactOptional(),
      /** What was sent there, each content once. */
      cache: z.number(),
      /** Of attempts whose removal was cut off. */
      leftovers: z.number(),
      /** Still free on that disk, where the machine says it. */
      free: z.number().exactOptional(),
    }),
    z.object({ kind: z.literal('unreachable'), why: z.string() }),
    /** Its runner cannot tell. */
    z.object({ kind: z.literal('unsupported') }),
  ]),
  /** Folders that are to be removed: `waiting` of them, and those that could not be, which are tried again. */
  toRemove: z.object({
    waiting: count,
    firstDue: time.exactOptional(),
    failed: list(
      z.object({ destination: z.string(), tag: z.string(), at: time, why: z.string(), times: count }),
    ),
    failedMore: count.exactOptional(),
  }),
})
export type DiskRow = z.infer<typeof diskRow>

/** `GET api/disk`. The machines are asked when nobody has within a minute. */
export const diskList = z.object({ machines: list(diskRow), measuredAt: time, now: time })
export type DiskList = z.infer<typeof diskList>
