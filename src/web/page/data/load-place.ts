import { z } from 'zod'
import { jobAnswer, jobList, runAnswer, runList, waitList, welcome } from '../../contract.ts'
import { hostList } from '../../host-contract.ts'
import { messageOf } from '../../../core/error.ts'
import type { Api } from './api.ts'
import { newsOfPlaces } from './news-of.ts'
import type { PageState } from './page-state.ts'
import type { Place } from './place.ts'
import type { Store } from './store.ts'

type Load = (api: Api, store: Store<PageState>) => Promise<void>

/** Everything that all places show. */
export const loadAll: Load = async (api, store) => {
  const [hello, runs, jobs] = await Promise.all([
    api.get('api', welcome),
    api.get('api/runs?limit=200', runList),
    api.get('api/jobs', jobList),
    loadHosts(api, store),
    loadWaits(api, store),
  ])
  store.change((state) => {
    return {
      ...state,
      welcome: hello,
      now: hello.now,
      loaded: true,
      runs: new Map(runs.runs.map((run) => [run.id, run])),
      olderRuns: runs.next,
      jobs: new Map(jobs.jobs.map((job) => [job.key, job])),
      jobsLeftOut: jobs.total - jobs.jobs.length,
    }
  })
}

export const loadHosts: Load = async (api, store) => {
  const { hosts } = await api.get('api/hosts', hostList)
  store.change((state) => withNews(state, { ...state, hosts }))
}

export const loadWaits: Load = async (api, store) => {
  const { waits } = await api.get('api/waits', waitList)
  store.change((state) => withNews(state, { ...state, waits }))
}

export const loadOlderRuns: Load = async (api, store) => {
  const before = store.state.olderRuns
  if (before === undefined) return
  const older = await api.get(`api/runs?limit=200&before=${encodeURIComponent(before)}`, runList)
  store.change((state) => {
    const runs = new Map([...older.runs.map((run) => [run.id, run] as const), ...state.runs])
    return { ...state, runs, olderRuns: older.next }
  })
}

/** What only this place shows; what could not be had is said there. */
export async function loadPlace(api: Api, store: Store<PageState>, place: Place): Promise<void> {
  try {
    if (place.kind === 'run') await loadRun(api, store, place.id)
    if (place.kind === 'job') await loadJob(api, store, place.key)
    still(store, place, (state) => ({ ...state, trouble: undefined }))
  } catch (error) {
    const trouble =
      error instanceof z.ZodError
        ? 'The server is of another version: load the page again.'
        : messageOf(error)
    still(store, place, (state) => ({ ...state, trouble }))
  }
}

async function loadRun(api: Api, store: Store<PageState>, id: string): Promise<void> {
  const place = store.state.place
  const run = await api.get(`api/runs/${encodeURIComponent(id)}`, runAnswer)
  const missing = Object.values(run.jobs).some((key) => !store.state.jobs.has(key))
  const jobs = missing ? (await api.get(`api/jobs?run=${encodeURIComponent(id)}`, jobList)).jobs : []
  still(store, place, (state) => ({
    ...state,
    run,
    ...(jobs.length > 0 && { jobs: new Map([...state.jobs, ...jobs.map((job) => [job.key, job] as const)]) }),
  }))
}

async function loadJob(api: Api, store: Store<PageState>, key: string): Promise<void> {
  const place = store.state.place
  const job = await api.get(`api/jobs/${encodeURIComponent(key)}`, jobAnswer)
  still(store, place, (state) => ({ ...state, job, jobs: new Map(state.jobs).set(key, job.job) }))
}

/** Changes the state only where one still looks at the same: answers come in any order. */
function still(store: Store<PageState>, place: Place, next: (state: PageState) => PageState): void {
  store.change((state) => (sameTarget(state.place, place) ? next(state) : state))
}

function sameTarget(one: Place, other: Place): boolean {
  if (one.kind === 'run' && other.kind === 'run') return one.id === other.id
  if (one.kind === 'job' && other.kind === 'job') return one.key === other.key
  return one.kind === other.kind
}

function withNews(before: PageState, after: PageState): PageState {
  if (!before.loaded) return after
  return { ...after, news: [...newsOfPlaces(before, after), ...after.news].slice(0, 20) }
}
