import type { Changes } from '../../contract.ts'
import type { News } from './news.ts'
import type { PageState } from './page-state.ts'

/** What in these changes is worth telling: runs that ended, jobs that failed or were lost. Pure: `state` is that before them. */
export function newsOf(state: PageState, changes: Changes): readonly News[] {
  return [...newsOfRuns(state, changes), ...newsOfJobs(state, changes)]
}

function newsOfRuns(state: PageState, { runs, now }: Changes): readonly News[] {
  return runs
    .filter((run) => run.state !== 'open' && state.runs.get(run.id)?.state === 'open')
    .map((run) => ({
      id: `run/${run.id}/${run.state}`,
      at: now,
      title: `Run ${run.name}: ${run.state}`,
      text: run.state === 'cancelled' ? `Cancelled by ${run.cancelledBy ?? 'somebody'}.` : 'It has ended.',
      href: `#/runs/${encodeURIComponent(run.id)}`,
      bad: run.state === 'failed',
    }))
}

function newsOfJobs(state: PageState, { jobs, now }: Changes): readonly News[] {
  return jobs
    .filter((job) => job.state === 'failed' || job.state === 'lost')
    .filter((job) => {
      const before = state.jobs.get(job.key)
      return before !== undefined && (before.state !== job.state || before.attempt !== job.attempt)
    })
    .map((job) => ({
      id: `job/${job.key}/${job.attempt}/${job.state}`,
      at: now,
      title: `Job ${job.name}: ${job.state}${job.reason === undefined ? '' : ` (${job.reason})`}`,
      text: job.message ?? `On ${job.destination}.`,
      href: `#/jobs/${encodeURIComponent(job.key)}`,
      bad: true,
    }))
}

/** Hosts that went or came back, and waits for a person that are new. */
export function newsOfPlaces(before: PageState, after: PageState): readonly News[] {
  const gone = new Set(before.hosts.filter((host) => host.unreachable).map((host) => host.destination))
  const known = new Set(before.waits.map((wait) => `${wait.run} ${wait.module}`))
  const hosts = after.hosts
    .filter((host) => (host.unreachable !== undefined) !== gone.has(host.destination))
    .map((host) => ({
      id: `host/${host.destination}/${host.unreachable?.since ?? 'back'}`,
      at: after.now,
      title: host.unreachable ? `${host.destination} does not answer` : `${host.destination} answers again`,
      text: host.unreachable?.why ?? 'Its jobs are watched again.',
      href: '#/hosts',
      bad: host.unreachable !== undefined,
    }))
  const waits = after.waits
    .filter((wait) => wait.on.kind === 'approval' && !known.has(`${wait.run} ${wait.module}`))
    .map((wait) => ({
      id: `wait/${wait.run}/${wait.module}`,
      at: after.now,
      title: `${wait.module} of ${wait.runName} waits for you`,
      text: 'Approve or reject it.',
      href: '#/waits',
      bad: false,
    }))
  return [...hosts, ...waits]
}
