import type { Changes, JobAnswer, RunAnswer } from '../../contract.ts'
import type { PageState } from './page-state.ts'

/** The state after what the server says has changed. */
export function applyChanges(state: PageState, changes: Changes): PageState {
  const runs = changes.runs.length === 0 ? state.runs : new Map(state.runs)
  const jobs = changes.jobs.length + changes.discarded.length === 0 ? state.jobs : new Map(state.jobs)
  if (runs instanceof Map) for (const run of changes.runs) runs.set(run.id, run)
  if (jobs instanceof Map) {
    for (const job of changes.jobs) jobs.set(job.key, job)
    for (const key of changes.discarded) jobs.delete(key)
  }
  const run = state.run && runAfter(state.run, changes)
  const job = state.job && jobAfter(state.job, changes)
  return { ...state, now: changes.now, runs, jobs, ...(run && { run }), ...(job && { job }) }
}

function runAfter(answer: RunAnswer, changes: Changes): RunAnswer {
  const row = changes.runs.find((run) => run.id === answer.run.id)
  const mine = changes.outcomes.filter((each) => each.run === answer.run.id)
  if (row === undefined && mine.length === 0) return answer
  const outcomes = { ...answer.outcomes }
  const jobs = { ...answer.jobs }
  for (const { module, outcome, job } of mine) {
    outcomes[module] = outcome
    if (job !== undefined) jobs[module] = job
  }
  return { ...answer, run: row ?? answer.run, outcomes, jobs }
}

function jobAfter(answer: JobAnswer, changes: Changes): JobAnswer {
  const row = changes.jobs.find((job) => job.key === answer.job.key)
  return row === undefined ? answer : { ...answer, job: row }
}

/** Whether a run shows modules that its graph does not have yet: elements of a list that was computed meanwhile. */
export function hasUnknownModules(answer: RunAnswer, changes: Changes): boolean {
  const known = new Set([...answer.graph.modules, ...answer.graph.elements].map((each) => each.path))
  return changes.outcomes.some(
    ({ run, module }) =>
      run === answer.run.id && !known.has(module) && !known.has(module.replaceAll(/\[\d+\]/g, '')),
  )
}
