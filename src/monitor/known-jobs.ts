import { messageOf } from '../core/error.ts'
import type { JobKey, Tag } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { KnownJob, KnownJobs } from '../runners/runner.ts'
import { readJob } from './kept-job.ts'
import type { Station } from './station.ts'

/**
 * What earlier looks told of jobs, from their records: by it a host finds what of them runs, also where somebody removed
 * their folders. Jobs of which nothing was told are left out.
 */
export async function knownJobs(
  { store, logger }: Pick<Station, 'store' | 'logger'>,
  jobs: Iterable<{ readonly key: JobKey; readonly tag: Tag }>,
): Promise<KnownJobs> {
  const known = new Map<Tag, KnownJob>()
  for (const { key, tag } of jobs) {
    const job = await readJob(store, key).catch((error: unknown) => {
      logger.error({ job: key, error: messageOf(error) }, 'a record cannot be read; the others go on')
    })
    const told = job?.tag === tag ? toldOf(job) : undefined
    if (told) known.set(tag, told)
  }
  return known
}

function toldOf({ state, processes }: JobRecord): KnownJob | undefined {
  const native = 'nativeId' in state ? { nativeId: state.nativeId } : undefined
  if (native === undefined && processes === undefined) return undefined
  const incarnation = 'incarnation' in state ? state.incarnation : 0
  const startedAt = state.kind === 'running' ? state.startedAt : 0
  return { ...native, incarnation, startedAt, ...(processes === undefined ? {} : { processes }) }
}
