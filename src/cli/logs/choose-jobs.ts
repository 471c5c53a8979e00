import { AbeyanceError } from '../../core/error.ts'
import type { JobKey, RunId } from '../../core/ids.ts'
import { didYouMean } from '../../pipeline/nearest.ts'
import type { JobRecord } from '../../records/job-record.ts'
import type { RunRecord } from '../../records/run-record.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { jobOf } from '../../records/job-of.ts'
import { findJob, matchJobs } from '../find-job.ts'
import { findRun, matchRuns } from '../find-run.ts'

export interface ChosenJob {
  readonly job: JobRecord
  /** What people know it by: `digest[0] EcoRI`. */
  readonly label: string
}

/** What was named: looked up anew each time, since a run may come to more jobs. */
export interface Choice {
  jobs(): Promise<readonly ChosenJob[]>
  /** Whether more may come. */
  isOpen(): Promise<boolean>
}

/**
 * The jobs that a user names, by several names at once. A name is that of a job (the beginning of its key, its tag, its name), of a
 * run, which means all its jobs, of modules of the newest run that has such, or RUN:MODULE. MODULE may be a map or a group, which
 * means all in it, and may have `*` and `?`; brackets are letters of the name.
 * @throws `unknown-job`, `unknown-run`, `usage` where a name may mean several runs or jobs
 */
export async function chooseJobs(view: WorkspaceView, names: readonly string[]): Promise<Choice> {
  const choices = await Promise.all(names.map((name) => chosenBy(view, name)))
  return {
    async jobs() {
      const found = new Map<JobKey, ChosenJob>()
      for (const choice of choices)
        for (const chosen of await choice.jobs())
          if (!found.has(chosen.job.key)) found.set(chosen.job.key, chosen)
      return [...found.values()]
    },
    async isOpen() {
      for (const choice of choices) if (await choice.isOpen()) return true
      return false
    },
  }
}

async function chosenBy(view: WorkspaceView, name: string): Promise<Choice> {
  const colon = name.indexOf(':')
  if (colon > 0) {
    const run = await findRun(view, name.slice(0, colon))
    const module = name.slice(colon + 1)
    return module === '' ? modulesOf(view, run, '*') : existing(view, run, module)
  }
  const jobs = isPattern(name) ? [] : await matchJobs(view, name)
  const runs = isPattern(name) ? [] : await matchRuns(view, name)
  if (jobs.length > 0 && runs.length > 0) throw ambiguous(name, runs, jobs)
  if (runs.length > 0) return modulesOf(view, await findRun(view, name), '*')
  const [run] = await runsWith(view, name)
  if (run !== undefined && jobs.length !== 1) return modulesOf(view, run, name)
  if (jobs.length === 0 && isPattern(name)) return named(view, name)
  if (jobs.length > 0) return fixed(view, await findJob(view, name))
  throw await unknown(view, name)
}

/** The one job, now or once it runs, and what it was called. */
function fixed(view: WorkspaceView, { key, name }: JobRecord): Choice {
  return {
    async jobs() {
      const job = await view.job(key)
      return job === undefined ? [] : [{ job, label: name }]
    },
    isOpen: () => Promise.resolve(false),
  }
}

/** What matches a pattern by its job's name alone: of runs that are gone. */
async function named(view: WorkspaceView, pattern: string): Promise<Choice> {
  const fits = matcher(pattern)
  const find = async () =>
    (await view.jobs()).filter(({ name }) => fits(name)).map((job) => ({ job, label: job.name }))
  if ((await find()).length === 0)
    throw new AbeyanceError(
      'unknown-job',
      `no job is called \`${pattern}\`; \`abeyance jobs --all\` lists them`,
    )
  return { jobs: find, isOpen: () => Promise.resolve(false) }
}

/** A module that the run has: where it has no job of its own and nothing in it has, the run says why. */
async function existing(view: WorkspaceView, run: RunRecord, module: string): Promise<Choice> {
  const choice = modulesOf(view, run, module)
  if (isPattern(module) || (await choice.jobs()).length > 0) return choice
  const fits = matcher(module)
  const open = Object.keys(await view.outcomes(run.id)).some(fits) && (await choice.isOpen())
  return open ? choice : fixed(view, await findJob(view, `${run.id}:${module}`))
}

function modulesOf(view: WorkspaceView, { id }: RunRecord, pattern: string): Choice {
  const fits = matcher(pattern)
  return {
    async jobs() {
      const jobs = new Map((await view.jobs()).map((job) => [job.key, job]))
      return Object.entries(await view.outcomes(id)).flatMap(([path, outcome]) => {
        const key = jobOf(outcome)
        const job = key === undefined || !fits(path) ? undefined : jobs.get(key)
        return job === undefined ? [] : [{ job, label: labelOf(job, path) }]
      })
    },
    isOpen: async () => (await view.runs()).some((run) => run.id === id && run.state === 'open'),
  }
}

/** Runs that have such a module, the newest first. */
async function runsWith(view: WorkspaceView, name: string): Promise<readonly RunRecord[]> {
  const fits = matcher(name)
  for (const run of (await view.runs()).toSorted(newestFirst))
    if (Object.keys(await view.outcomes(run.id)).some(fits)) return [run]
  return []
}

/** `digest` is also all that is in it: `digest[0]`, `digest/count`. */
function matcher(pattern: string): (path: string) => boolean {
  const literal = pattern.replaceAll(/[\\^$.|+()[\]{}/-]/g, String.raw`\$&`)
  const letters = literal.replaceAll('*', '.*').replaceAll('?', '.')
  const expression = new RegExp(String.raw`^${letters}(?:[[/ ].*)?$`, 'su')
  return (path) => expression.test(path)
}

function isPattern(name: string): boolean {
  return /[*?]/.test(name)
}

function labelOf({ name }: JobRecord, path: string): string {
  return name.startsWith(path) ? name : path
}

function newestFirst(a: { readonly id: RunId }, b: { readonly id: RunId }): number {
  return a.id < b.id ? 1 : -1
}

function ambiguous(name: string, runs: readonly RunRecord[], jobs: readonly JobRecord[]): AbeyanceError {
  const candidates = [
    ...runs.map(({ id, name: of }) => [id, of]),
    ...jobs.map(({ key, name: of }) => [key, of]),
  ]
  const lines = candidates.map(([id = '', of = '']) => `\n  ${id}  ${of}`).join('')
  return new AbeyanceError('usage', `\`${name}\` may be any of these; write more of it:${lines}`)
}

async function unknown(view: WorkspaceView, name: string): Promise<AbeyanceError> {
  const [newest] = (await view.runs()).toSorted(newestFirst)
  const known = newest === undefined ? [] : Object.keys(await view.outcomes(newest.id))
  return new AbeyanceError(
    'unknown-job',
    `there is no job \`${name}\` here${didYouMean(name, known)}; \`abeyance jobs --all\` lists them`,
  )
}
