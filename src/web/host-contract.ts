// What the API answers of hosts; the rest stands in `contract.ts`.

import { z } from 'zod'
import { jobStateName, spared } from './contract.ts'

const list = <T extends z.ZodType>(of: T) => z.array(of).readonly()
const time = z.number()
const count = z.int().nonnegative()
const flag = z.literal(true).exactOptional()

export const hostRow = z.object({
  destination: z.string(),
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
})
export type HostRow = z.infer<typeof hostRow>

export const hostList = z.object({ hosts: list(hostRow), now: time })
export type HostList = z.infer<typeof hostList>
