import { readJsonJobs } from './read-json-jobs.ts'
import { readTextJobs } from './read-text-jobs.ts'

/** A job as the server describes it. */
export interface PbsJob {
  readonly id: string
  /** `torque` writes `exit_status` in small letters, and has codes of its own. */
  readonly dialect: 'openpbs' | 'torque'
  /** By its name in the server's words; of a group such as `resources_used`, each with a dot between. */
  readonly attributes: ReadonlyMap<string, string>
}

export interface PbsAnswer {
  readonly jobs: readonly PbsJob[]
  /** What could not be read: while there is any, a job may be hidden in it. */
  readonly unread: readonly string[]
}

/** Reads `qstat -f -F json` or `qstat -f`, whichever it is; never throws. A job whose last attribute does not name it again is none. */
export function readJobs(text: string): PbsAnswer {
  const { jobs, unread } = readAnswer(text)
  const closed = (job: PbsJob) => isId(job.id) && job.attributes.get('closes') === job.id
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
