import { nativeId, type NativeId } from '../../core/ids.ts'
import type { AccountedJob } from '../scheduler.ts'
import { endOf } from './end-of.ts'
import { phaseOf, whyOf } from './job-states.ts'
import { readJobs } from './read-jobs.ts'
import { lineOf } from './read-queue.ts'

/** Reads the history of OpenPBS, and of the others the jobs that are over and not yet forgotten. */
export function readAccounting(text: string): ReadonlyMap<NativeId, AccountedJob> {
  const jobs = new Map<NativeId, AccountedJob>()
  for (const job of readJobs(text).jobs) {
    const letter = job.attributes.get('job_state')
    if (letter === undefined) continue
    const phase = phaseOf(job)
    const why = whyOf(job)
    const word = why === undefined ? letter : `${letter}: ${why}`
    const name = job.attributes.get('Job_Name')
    const told = { ...(name !== undefined && { name }), line: lineOf(job) }
    if (phase === 'ended') jobs.set(nativeId(job.id), { phase, word, ...endOf(job), ...told })
    else jobs.set(nativeId(job.id), { phase: phase === 'unknown' ? phase : 'open', word, ...told })
  }
  return jobs
}
