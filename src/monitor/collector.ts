import { messageOf } from '../core/error.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal, type JobState } from '../records/job-state.ts'
import type { JobSpec } from '../runners/job-spec.ts'
import { backoff } from './backoff.ts'
import { fetchKept } from './fetch-kept.ts'
import { endedByItself, exitedWell } from './job-machine.ts'
import { newsOfFetch } from './job-news.ts'
import { readJob } from './kept-job.ts'
import type { KeptLog } from './kept-log.ts'
import { lastWords } from './last-words.ts'
import type { OpenJob } from './roster.ts'
import { stagingNews } from './staging-news.ts'
import type { Station } from './station.ts'
import { within } from './within.ts'
import { workerLoop, type WorkerLoop } from './worker-loop.ts'

export interface Collector extends WorkerLoop {
  /** Resolves when no fetch is under way that began before. */
  settled(): Promise<void>
}

/**
 * Brings home what ended jobs of one destination have: outputs of those that exited with 0, streams of all. A fetch that
 * fails for the host's sake is tried again for as long as it takes: trouble on the way is no news of the job.
 */
export function openCollector(station: Station, logFolder: string): Collector {
  const { destination, roster, clock, logger, settings, store, ledger } = station
  const under = new Map<OpenJob['tag'], Promise<void>>()
  const again = new Map<OpenJob['tag'], { failures: number; at: number }>()

  function turn(): Promise<number> {
    let wait = Infinity
    for (const tag of again.keys()) if (!roster.fetching.has(tag)) again.delete(tag)
    for (const job of roster.fetching.values()) {
      if (under.size >= settings.fetchesAtOnce || station.signal.aborted) break
      if (under.has(job.tag)) continue
      const left = (again.get(job.tag)?.at ?? 0) - clock.now()
      if (left > 0 && left <= settings.lastRetry) wait = Math.min(wait, left)
      else begin(job)
    }
    return Promise.resolve(wait)
  }

  function begin(job: OpenJob): void {
    const work = fetch(job)
      .then(() => void again.delete(job.tag))
      .catch((error: unknown) => {
        const failures = (again.get(job.tag)?.failures ?? 0) + 1
        again.set(job.tag, { failures, at: clock.now() + backoff(failures, settings) })
        logger.warn({ job: job.key, error: messageOf(error) }, 'a fetch failed and is tried again')
      })
      .finally(() => {
        under.delete(job.tag)
        loop.poke()
      })
    under.set(job.tag, work)
  }

  async function fetch(open: OpenJob): Promise<void> {
    const { key, tag } = open
    const job = await readJob(store, key)
    if (job === undefined || job.tag !== tag || isFinal(job.state) || job.state.kind !== 'fetching') return
    const ended = { tag, incarnation: job.state.incarnation }
    const wanted = wantedOf(job)
    const limits = { clock, deadline: settings.fetchDeadline, signal: station.signal }
    const travelled = stagingNews(station, () => key)
    const news = await within(`fetching ${job.name} from ${destination.name}`, limits, async (signal) => {
      const ask = (spec: JobSpec) =>
        destination.runner.fetch({ ...ended, spec, outputs: wanted !== 'streams' }, { signal, travelled })
      return wanted === 'what is there'
        ? { type: 'fetched' as const, ...(await fetchKept(job.spec, ask)) }
        : newsOfFetch(await ask(job.spec), await said(job.state, { logFolder, ...ended }))
    })
    const now = await readJob(store, key)
    // That results be kept was asked while only the streams were fetched.
    if (now?.tag === tag && wanted === 'streams' && wantedOf(now) === 'what is there') return fetch(open)
    await ledger.hear([{ key, tag, news }])
  }

  const loop = workerLoop({ name: `collector of ${destination.name}`, clock, logger }, turn)
  return {
    poke: () => loop.poke(),
    settled: () => Promise.all(under.values()).then(() => {}),
    async close() {
      await loop.close()
      await Promise.all(under.values())
    },
  }
}

/** What of an ended job is brought home: all that it declared, what of that is there, or its streams alone. */
function wantedOf({ state, cancelRequested: wish }: JobRecord): 'outputs' | 'what is there' | 'streams' {
  const cancel = wish && !endedByItself({ state, cancel: wish }) ? wish : undefined
  if (cancel?.keep) return 'what is there'
  if (cancel !== undefined || state.kind !== 'fetching' || !('exit' in state)) return 'streams'
  return exitedWell(state.exit) ? 'outputs' : 'streams'
}

/** The last words of a job that failed. */
async function said(state: JobState, log: Omit<KeptLog, 'stream'>): Promise<string | undefined> {
  if (state.kind !== 'fetching' || !('exit' in state) || exitedWell(state.exit)) return undefined
  return lastWords({ ...log, stream: 'stderr' })
}
