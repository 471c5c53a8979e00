import { AbeyanceError } from '../core/error.ts'
import type { JobKey } from '../core/ids.ts'
import { jobOf } from '../records/job-of.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { RunRecord } from '../records/run-record.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'
import { findRun } from './find-run.ts'

/**
 * The job that a user names: the beginning of its key, its tag, or RUN:MODULE.
 * @throws `unknown-job`, `usage` with the candidates where several fit
 */
export async function findJob(view: WorkspaceView, text: string): Promise<JobRecord> {
  const colon = text.indexOf(':')
  if (colon > 0 && colon < text.length - 1) {
    const run = await findRun(view, text.slice(0, colon))
    return jobOfModule(view, run, text.slice(colon + 1))
  }
  const found = await matchJobs(view, text)
  const [job, ...others] = found
  if (job === undefined)
    throw new AbeyanceError(
      'unknown-job',
      `there is no job \`${text}\` here; \`abeyance jobs --all\` lists them`,
    )
  if (others.length === 0) return job
  const candidates = found.map(({ key, name }) => `\n  ${shortKey(key)}  ${name}`).join('')
  throw new AbeyanceError('usage', `\`${text}\` may be any of these jobs; write more of it:${candidates}`)
}

export async function matchJobs(view: WorkspaceView, text: string): Promise<readonly JobRecord[]> {
  const jobs = await view.jobs()
  const exact = jobs.find(({ key, tag, earlier }) =>
    [key, tag, ...earlier.map((past) => past.tag)].some((one) => one === text),
  )
  if (exact !== undefined) return [exact]
  const named = jobs.filter(({ name }) => name === text)
  if (named.length > 0) return named
  return text.length < 4 ? [] : jobs.filter(({ key, tag }) => key.startsWith(text) || tag.startsWith(text))
}

/** As much of a key as a person is shown, and may write. */
export function shortKey(key: JobKey): string {
  return key.slice(0, 12)
}

async function jobOfModule(view: WorkspaceView, run: RunRecord, module: string): Promise<JobRecord> {
  const outcomes = await view.outcomes(run.id)
  const outcome = Object.hasOwn(outcomes, module) ? outcomes[module] : undefined
  if (outcome === undefined)
    throw new AbeyanceError(
      'unknown-job',
      `run ${run.id} has no module \`${module}\`${didYouMean(module, Object.keys(outcomes))}; \`abeyance show ${run.id}\` lists them`,
    )
  const key = jobOf(outcome)
  const job = key === undefined ? undefined : await view.job(key)
  if (job !== undefined) return job
  throw new AbeyanceError(
    'unknown-job',
    `\`${module}\` of run ${run.id} is ${outcome.kind} and has no job of its own; \`abeyance show ${run.id}\` lists those that have`,
  )
}
