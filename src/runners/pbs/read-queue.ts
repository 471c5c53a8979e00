import { nativeId, type NativeId } from '../../core/ids.ts'
import type { QueueAnswer, QueuedJob } from '../scheduler.ts'
import { endOf } from './end-of.ts'
import { phaseOf, whyOf } from './job-states.ts'
import type { PbsJob } from './pbs-job.ts'
import { readJobs } from './read-jobs.ts'

/** Reads the queue. An array is listed as `123[].host`, its elements as `123[4].host`. */
export function readQueue(text: string): QueueAnswer {
  const answer = readJobs(text)
  const jobs = new Map<NativeId, QueuedJob>()
  const unread = [...answer.unread]
  for (const job of answer.jobs) {
    const [name, word] = [job.attributes.get('Job_Name'), job.attributes.get('job_state')]
    if (name === undefined || word === undefined) {
      unread.push(lineOf(job))
      continue
    }
    const phase = phaseOf(job)
    const [why, reason] = [whyOf(job), phase === 'ended' ? endOf(job).reason : undefined]
    const more = { ...(why !== undefined && { why }), ...(reason !== undefined && { reason }) }
    jobs.set(nativeId(job.id), { name, phase, word, ...more, line: lineOf(job) })
  }
  return { jobs, unread }
}

/** As evidence: what says how the job stands, without its environment. */
export function lineOf({ id, attributes }: PbsJob): string {
  const words = shown.flatMap((key) => (attributes.has(key) ? [`${key}=${attributes.get(key)}`] : []))
  return [id, ...words].join(' ').slice(0, 500)
}

const shown = (
  'Job_Name job_state substate Exit_status exit_status queue exec_host ctime qtime stime obittime comp_time comment run_count ' +
  'resources_used.walltime resources_used.mem Resource_List.walltime Resource_List.mem'
).split(' ')
