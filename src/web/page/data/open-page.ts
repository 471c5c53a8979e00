import { changes } from '../../contract.ts'
import { actAnswer, answerReceipt, bulkAnswer, doneAnswer } from '../../requests.ts'
import { isNotLetIn, type Api } from './api.ts'
import { applyChanges, hasUnknownModules } from './apply-changes.ts'
import { followEvents } from './follow-events.ts'
import { loadAll, loadHosts, loadOlderRuns, loadPlace, loadWaits } from './load-place.ts'
import { newsOf } from './news-of.ts'
import type { Acts, Page } from './page.ts'
import { emptyState, type PageState } from './page-state.ts'
import { placeOf, type Place } from './place.ts'
import { signInByToken } from './sign-in.ts'
import { soon } from './soon.ts'
import { createStore, type Store } from './store.ts'
import type { ServerEvent } from './read-events.ts'

/** The page's own data: loaded after the server's `hello`, kept live by its changes, loaded again where some were missed. */
export function openPage(api: Api, hash: string): Page & { look(hash: string): void; close(): void } {
  const store = createStore<PageState>(emptyState(placeOf(hash), Date.now()))
  let closing = new AbortController()
  const again = soon(300, () => loadPlace(api, store, store.state.place))

  async function reload(): Promise<void> {
    await loadAll(api, store)
    await loadPlace(api, store, store.state.place)
  }

  async function heard(event: ServerEvent): Promise<undefined> {
    if (event.name === 'hello' || event.name === 'resync') await reload()
    if (event.name !== 'changes') return
    const said = changes.parse(JSON.parse(event.data))
    const before = store.state
    store.change((state) => withNews(applyChanges(state, said), newsOf(before, said)))
    if (isStale(store.state, said)) again()
    // Not waited for: what changes meanwhile must not wait for a list of hosts.
    if (said.hosts === true) loadHosts(api, store).catch(ignore)
    if (said.waits === true) loadWaits(api, store).catch(ignore)
  }

  /** Anew, where it is followed already. */
  function follow(): void {
    closing.abort()
    closing = new AbortController()
    void followEvents({
      api,
      path: 'api/changes',
      signal: closing.signal,
      heard,
      connection: (connection) => store.change((state) => ({ ...state, connection })),
    })
  }

  let ticks = 0
  const tick = setInterval(() => {
    store.change((state) => ({ ...state, now: state.now + 1000 }))
    ticks += 1
    // When hosts were looked at last is no change that is told: it is asked for, while somebody sees it.
    const wanted = ticks % 5 === 0 && !document.hidden && store.state.connection.kind === 'live'
    if (wanted && store.state.loaded) loadHosts(api, store).catch(ignore)
  }, 1000)
  follow()
  return {
    api,
    store,
    reload,
    acts: actsOf({ ...api, post: postOr(follow, api) }, store),
    async signIn(token) {
      await signInByToken(api, token)
      follow()
    },
    look(next) {
      const place = placeOf(next)
      store.change((state) => at(state, place))
      void loadPlace(api, store, place)
    },
    close() {
      clearInterval(tick)
      closing.abort()
    },
  }
}

/** One looks elsewhere now: what was shown of another run or job is no longer. */
function at(state: PageState, place: Place): PageState {
  const { run, job } = state
  return {
    ...state,
    place,
    trouble: undefined,
    run: place.kind === 'run' && place.id === run?.run.id ? run : undefined,
    job: place.kind === 'job' && place.key === job?.job.key ? job : undefined,
  }
}

/** What is looked at has more to it than the changes say: a job's history, elements of a list that was computed. */
function isStale({ run, job }: PageState, said: ReturnType<typeof changes.parse>): boolean {
  if (job !== undefined && said.jobs.some(({ key }) => key === job.job.key)) return true
  return run !== undefined && hasUnknownModules(run, said)
}

function withNews(state: PageState, news: PageState['news']): PageState {
  return news.length === 0 ? state : { ...state, news: [...news.toReversed(), ...state.news].slice(0, 20) }
}

/** Who acts and is no longer let in, while the changes still come, must be asked to sign in: they are asked for again, and say so. */
function postOr(refused: () => void, { post }: Api): Api['post'] {
  return (path, body, schema) =>
    post(path, body, schema).catch((error: unknown) => {
      if (isNotLetIn(error)) refused()
      throw error
    })
}

function actsOf(api: Api, store: Store<PageState>): Acts {
  const job = (key: string) => `api/jobs/${encodeURIComponent(key)}`
  const run = (id: string) => `api/runs/${encodeURIComponent(id)}`
  return {
    async cancelRun(id) {
      await api.post(`${run(id)}/cancel`, {}, doneAnswer)
    },
    async retryModule(id, module) {
      await api.post(`${run(id)}/retry`, { module }, doneAnswer)
    },
    async answer(id, body) {
      await api.post(`${run(id)}/answer`, body, answerReceipt)
    },
    act: (key, act, body) => api.post(`${job(key)}/${act}`, body, actAnswer),
    bulk: (body) => api.post('api/jobs/bulk', body, bulkAnswer),
    async lift(destination) {
      await api.post(`api/hosts/${encodeURIComponent(destination)}/lift`, {}, doneAnswer)
    },
    olderRuns: () => loadOlderRuns(api, store),
  }
}

function ignore(): void {
  // The changes say again what is so, and a broken connection shows by itself.
}
