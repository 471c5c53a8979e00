import type { JobAnswer, JobRow, RunAnswer, RunRow, WaitRow, Welcome } from '../../contract.ts'
import type { HostRow } from '../../host-contract.ts'
import type { Connection } from './follow-events.ts'
import type { News } from './news.ts'
import type { Place } from './place.ts'

/** All that the page shows; replaced, never changed. */
export interface PageState {
  readonly place: Place
  readonly connection: Connection
  readonly welcome: Welcome | undefined
  /** The server's clock, ms since 1970, as well as is known; moves once a second. */
  readonly now: number
  readonly loaded: boolean
  readonly runs: ReadonlyMap<string, RunRow>
  /** Where the next older runs begin, if there are more. */
  readonly olderRuns: string | undefined
  readonly jobs: ReadonlyMap<string, JobRow>
  /** Jobs that were too many to be loaded. */
  readonly jobsLeftOut: number
  readonly run: RunAnswer | undefined
  readonly job: JobAnswer | undefined
  readonly hosts: readonly HostRow[]
  readonly waits: readonly WaitRow[]
  /** What was told last, newest first. */
  readonly news: readonly News[]
  /** What went wrong with the place that is looked at. */
  readonly trouble: string | undefined
}

export function emptyState(place: Place, now: number): PageState {
  return {
    place,
    now,
    connection: { kind: 'connecting' },
    loaded: false,
    runs: new Map(),
    jobs: new Map(),
    jobsLeftOut: 0,
    hosts: [],
    waits: [],
    news: [],
    welcome: undefined,
    olderRuns: undefined,
    run: undefined,
    job: undefined,
    trouble: undefined,
  }
}
