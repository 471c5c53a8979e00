import type { PbsAnswer, PbsJob } from './pbs-job.ts'
import { readJsonJobs } from './read-json-jobs.ts'
import { readTextJobs } from './read-text-jobs.ts'

/**
 * Reads `qstat -f -F json` or `qstat -f`, whichever it is; never throws. A job of which the
 * last attribute, ours, does not say id and state again is none.
 */
export function readJobs(text: string): PbsAnswer {
  const { jobs, unread } = readAnswer(text)
  const closed = (job: PbsJob) =>
    isId(job.id) && job.attributes.get('closes') === `${job.id} ${job.attributes.get('job_state')}`
  const open = jobs.filter((job) => !closed(job)).map(({ id }) => `job ${id.slice(0, 100)} is not whole`)
  return { jobs: jobs.filter(closed), unread: [...unread, ...open] }
}

function readAnswer(text: string): PbsAnswer {
  if (/^(Job Id:|# end$)/m.test(text)) return readTextJobs(text)
  const start = text.search(/^\s*\{/m)
  if (start >= 0) return readJsonJobs(text.slice(start))
  return { jobs: [], unread: [text.slice(0, 500) || 'the answer is empty'] }
}

function isId(id: string): boolean {
  return /^\d+(\[\d*\])?(\.[\w.-]+)?(@[\w.-]+)?$/.test(id)
}
