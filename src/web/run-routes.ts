import { AbeyanceError } from '../core/error.ts'
import { isJsonObject } from '../core/json.ts'
import { jobKey, modulePath, runId } from '../core/ids.ts'
import type { RunRecord } from '../records/run-record.ts'
import { runAnswer, runList, type OutcomeAnswer, type RunAnswer, type RunList } from './contract.ts'
import { jobOfOutcome } from './job-of-outcome.ts'
import { outcomeAnswer } from './outcome-answer.ts'
import { doneAnswer, emptyBody, moduleBody, runsQuery } from './requests.ts'
import { nothing, route, type Route } from './route.ts'
import { runElements } from './run-elements.ts'
import { documentGraph } from './run-graph.ts'
import type { Surroundings } from './surroundings.ts'

export function runRoutes(around: Surroundings): readonly Route[] {
  return [...readingRoutes(around), ...changingRoutes(around)]
}

function readingRoutes(around: Surroundings): readonly Route[] {
  const { view, clock } = around
  return [
    route({
      method: 'get',
      path: 'api/runs',
      summary: 'Runs, newest first',
      role: 'reader',
      query: runsQuery,
      body: nothing,
      answer: runList,
      async handle({ query: { state, q, limit, before } }): Promise<RunList> {
        const picture = await around.picture()
        const found = (await view.runs())
          .filter((run) => (state?.includes(run.state) ?? true) && isFound(run, q))
          .filter(({ id }) => before === undefined || id < before)
          .toReversed()
        const page = found.slice(0, limit)
        const last = page.at(-1)
        return {
          runs: await Promise.all(page.map((run) => picture.run(run))),
          ...(found.length > limit && last && { next: last.id }),
          now: clock.now(),
        }
      },
    }),
    route({
      method: 'get',
      path: 'api/runs/:id',
      summary: 'A run: its document, inputs, outcomes, jobs, and its graph',
      role: 'reader',
      query: nothing,
      body: nothing,
      answer: runAnswer,
      handle: async ({ param }) => describe(around, await existing(around, param('id'))),
    }),
  ]
}

function changingRoutes(around: Surroundings): readonly Route[] {
  const { view, by } = around
  return [
    route({
      method: 'post',
      path: 'api/runs/:id/cancel',
      summary: 'Cancels a run; jobs that another run needs go on',
      role: 'changer',
      query: nothing,
      body: emptyBody,
      answer: doneAnswer,
      async handle({ param }) {
        const { id } = await existing(around, param('id'))
        await view.cancelRun(id, { by })
        return { kind: 'done' }
      },
    }),
    route({
      method: 'post',
      path: 'api/runs/:id/retry',
      summary: "Clears a module's own failure, so that the run tries it again",
      role: 'changer',
      query: nothing,
      body: moduleBody,
      answer: doneAnswer,
      async handle({ param, body }) {
        const { id } = await existing(around, param('id'))
        await view.retryModule(id, modulePath(body.module))
        return { kind: 'done' }
      },
    }),
  ]
}

function isFound({ id, name, key }: RunRecord, q: string | undefined): boolean {
  if (q === undefined || q === '') return true
  const wanted = q.toLowerCase()
  return [id, name, key].some((text) => text?.toLowerCase().includes(wanted))
}

/** @throws `unknown-run` */
async function existing({ view }: Surroundings, id: string): Promise<RunRecord> {
  const run = (await view.runs()).find((one) => one.id === runId(id))
  if (run) return run
  throw new AbeyanceError('unknown-run', `there is no run ${id}`)
}

async function describe({ view, clock, picture }: Surroundings, run: RunRecord): Promise<RunAnswer> {
  const held = await picture()
  const known = await view.outcomes(run.id)
  const outcomes: Record<string, OutcomeAnswer> = {}
  const jobs: Record<string, string> = {}
  for (const [path, outcome] of Object.entries(known)) {
    outcomes[path] = outcomeAnswer(outcome)
    const job = jobOfOutcome(outcome, (key) => held.jobs.has(key))
    if (job !== undefined) jobs[path] = job
  }
  const nameOf = (path: string) => held.jobs.get(jobKey(jobs[path] ?? ''))?.name
  const { base, targets, inputs, pipeline } = run
  return {
    run: await held.run(run),
    base,
    targets,
    inputs: isJsonObject(inputs) ? inputs : {},
    document: pipeline,
    graph: { ...documentGraph(pipeline), elements: runElements(Object.keys(known), nameOf) },
    outcomes,
    jobs,
    now: clock.now(),
  }
}
