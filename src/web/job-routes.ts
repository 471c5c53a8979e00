import { AbeyanceError } from '../core/error.ts'
import { jobKey, runId, type JobKey } from '../core/ids.ts'
import { jobAnswer, jobList, type JobAnswer } from './contract.ts'
import { findJobs } from './find-jobs.ts'
import { jobActs } from './job-acts.ts'
import { jobOfOutcome } from './job-of-outcome.ts'
import { jobRow } from './job-row.ts'
import { withChange, type JobTimes } from './job-times.ts'
import {
  actAnswer,
  bulkAnswer,
  bulkBody,
  cancelBody,
  discardBody,
  jobsQuery,
  retryBody,
  stopBody,
} from './requests.ts'
import { nothing, route, type Route } from './route.ts'
import type { Surroundings } from './surroundings.ts'

export function jobRoutes(around: Surroundings): readonly Route[] {
  return [...readingRoutes(around), ...changingRoutes(around)]
}

function readingRoutes(around: Surroundings): readonly Route[] {
  const { view, clock } = around
  return [
    route({
      method: 'get',
      path: 'api/jobs',
      summary: 'Jobs as flat rows',
      role: 'reader',
      query: jobsQuery,
      body: nothing,
      answer: jobList,
      async handle({ query }) {
        const { jobs } = await around.picture()
        const inRun = query.run === undefined ? undefined : await jobsOfRun(around, query.run)
        return findJobs(jobs, query, { inRun, now: clock.now() })
      },
    }),
    route({
      method: 'get',
      path: 'api/jobs/:key',
      summary: 'A job: attempts, history with evidence, who needs it',
      role: 'reader',
      query: nothing,
      body: nothing,
      answer: jobAnswer,
      async handle({ param }): Promise<JobAnswer> {
        const key = jobKey(param('key'))
        const job = await view.job(key)
        if (!job) throw new AbeyanceError('unknown-job', `there is no job ${key}`)
        const [history, needing, runs] = await Promise.all([
          view.history(key),
          view.neededBy(key),
          view.runs(),
        ])
        let times: JobTimes | undefined
        for (const change of history) times = withChange(times, change)
        const progress = (await around.picture()).jobs.get(key)
        const { attempt, tag, destination, state, earlier, signature, spec } = job
        return {
          job: jobRow(job, { times, progress }),
          signature,
          spec: { ...spec },
          attempts: [...earlier, { attempt, tag, destination, state }],
          history: history.map(({ attempt: of, at, from, to, evidence }) => ({
            attempt: of,
            at,
            from,
            to,
            evidence,
          })),
          neededBy: runs.filter(({ id }) => needing.includes(id)).map(({ id, name }) => ({ run: id, name })),
          now: clock.now(),
        }
      },
    }),
  ]
}

async function jobsOfRun({ view, picture }: Surroundings, run: string): Promise<ReadonlySet<JobKey>> {
  const { jobs } = await picture()
  const outcomes = Object.values(await view.outcomes(runId(run)))
  const keys = outcomes.map((outcome) => jobOfOutcome(outcome, (key) => jobs.has(key)))
  return new Set(keys.filter((key) => key !== undefined))
}

function changingRoutes(around: Surroundings): readonly Route[] {
  const acts = jobActs(around)
  const shared = { method: 'post', role: 'changer', query: nothing, answer: actAnswer } as const
  return [
    route({
      ...shared,
      path: 'api/jobs/bulk',
      summary: 'One act for many jobs, each with an answer of its own',
      body: bulkBody,
      answer: bulkAnswer,
      handle: ({ body, signal }) => acts.bulk(body, signal),
    }),
    route({
      ...shared,
      path: 'api/jobs/:key/cancel',
      summary: 'Asks a job to end',
      body: cancelBody,
      handle: ({ param, body }) => acts.cancel(jobKey(param('key')), body),
    }),
    route({
      ...shared,
      path: 'api/jobs/:key/stop',
      summary: 'Asks a job to end early and keeps what it has made',
      body: stopBody,
      handle: ({ param, body }) => acts.stop(jobKey(param('key')), body),
    }),
    route({
      ...shared,
      path: 'api/jobs/:key/retry',
      summary: 'A new attempt of a job that failed, was cancelled or lost',
      body: retryBody,
      handle: ({ param, body }) => acts.retry(jobKey(param('key')), body),
    }),
    route({
      ...shared,
      path: 'api/jobs/:key/discard',
      summary: 'Forgets a job that has ended, with its folders',
      body: discardBody,
      handle: ({ param, body }) => acts.discard(jobKey(param('key')), body),
    }),
  ]
}
