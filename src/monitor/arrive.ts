import { AbeyanceError } from '../core/error.ts'
import type { Reason } from '../core/reason.ts'
import type { Evidence } from '../records/evidence.ts'
import type { JobState } from '../records/job-state.ts'
import type { Exit } from '../runners/job-report.ts'
import { exitedWell, incarnationOf, type JobLife } from './job-machine.ts'
import type { News } from './job-news.ts'

type Kind = JobState['kind']

/** The data of the state that the machine says this news leads to. */
export function arrive(to: Kind, news: News, life: JobLife): JobState {
  const since = life.now
  if (to === 'cancelled') {
    const by = life.cancel?.by ?? byOf(news)
    return { kind: to, since, by, incarnation: incarnation(life, news), ...keptOf(news, life) }
  }
  switch (news.type) {
    case 'sent':
      return { kind: 'submitting', since: life.state.since, intent: since }
    case 'not-tried':
      return { kind: 'submitting', since: life.state.since, notBefore: news.notBefore }
    case 'doubt':
      return { kind: 'submit-unknown', since, why: news.message }
    case 'accepted':
    case 'queued':
      return { kind: 'queued', since, nativeId: news.nativeId }
    case 'held':
      return { kind: 'held', since, nativeId: news.nativeId, why: news.evidence }
    case 'running': {
      const { nativeId, incarnation, startedAt } = news
      return { kind: 'running', since, nativeId, incarnation, startedAt }
    }
    case 'ended': {
      const { incarnation, exit, startedAt, endedAt } = news
      return { kind: 'fetching', since, incarnation, exit, startedAt, endedAt }
    }
    case 'absent':
      return to === 'lost' ? lost(news.evidence, life) : { kind: 'submitting', since }
    case 'revoked':
      return lost(news.evidence, life)
    case 'abandoned':
      return lost(evidenceOf(news).text, life)
    case 'stopped':
    case 'vanished':
      return to === 'fetching' ? gone(news, life) : failed(news, life)
    case 'submission-refused':
      return failed(news, life)
    case 'fetched':
    case 'missing':
    case 'fetch-refused':
      return collected(to, news, life)
    case 'submitting':
    case 'quiet':
    case 'unclear':
    case 'pending':
    case 'cancel':
    case 'asked':
      throw new AbeyanceError(
        'internal',
        `no state is reached by the news "${news.type}"; please report this`,
      )
  }
}

/** What speaks for the change, to be kept with it. */
export function evidenceOf(news: News): Evidence {
  switch (news.type) {
    case 'sent':
      return { from: 'engine', text: 'the request was written down to be sent' }
    case 'cancel':
      return {
        from: 'user',
        text: news.keep ? `asked by ${news.by} to stop, with its results kept` : `cancelled by ${news.by}`,
      }
    case 'abandoned':
      return { from: 'user', text: `given up by ${news.by}; seen from here: ${news.evidence}` }
    case 'asked':
      return { from: 'engine', text: 'it was written down that its host is asked to stop it' }
    case 'ended':
      return { from: 'exit-file', text: news.evidence }
    case 'fetched':
      return {
        from: 'host',
        text: news.without?.length ? `not there: ${news.without.join('; ')}` : 'outputs and streams are here',
      }
    case 'quiet':
      return { from: 'host', text: 'nothing new' }
    case 'submission-refused':
    case 'not-tried':
    case 'doubt':
      return { from: 'scheduler', text: news.message }
    case 'missing':
    case 'fetch-refused':
      return { from: 'host', text: news.message }
    case 'accepted':
    case 'submitting':
    case 'queued':
    case 'held':
    case 'running':
      return { from: 'scheduler', text: news.evidence }
    case 'vanished':
    case 'absent':
    case 'unclear':
    case 'stopped':
    case 'pending':
    case 'revoked':
      return { from: 'host', text: news.evidence }
  }
}

/** Nothing of it runs any more: what it printed is fetched, and what it made where that is to be kept. */
function gone(news: Extract<News, { type: 'stopped' | 'vanished' }>, life: JobLife): JobState {
  const where = { kind: 'fetching', since: life.now, incarnation: incarnation(life, news) } as const
  if (news.type === 'stopped') return { ...where, ...news.end?.wrote }
  return { ...where, gone: { reason: news.reason, message: news.evidence } }
}

/** What a job that was to be stopped with its results kept is said to have left. */
function keptOf(news: News, { cancel, state }: JobLife): { message?: string; outputs?: Outputs } {
  if (!cancel?.keep) return {}
  if (state.kind !== 'fetching') return { message: 'it had not begun: there is nothing to keep' }
  const how = cancel.asked === undefined ? 'gone before its host was asked' : 'stopped by us'
  if (news.type !== 'fetched') return { message: `${how}, results could not be kept` }
  const { outputs, without = [] } = news
  const kept = Object.keys(outputs).length === 0 ? 'no results to keep' : 'results kept'
  const left = without.length === 0 ? '' : `; not there: ${without.join('; ')}`
  return { message: `${how}, ${kept}${left}`, outputs }
}

type Outputs = Extract<News, { type: 'fetched' }>['outputs']
type Failing = Extract<News, { type: 'vanished' | 'submission-refused' | 'stopped' }>
type Fetching = Extract<News, { type: 'fetched' | 'missing' | 'fetch-refused' }>

function failed(news: Failing, life: JobLife): JobState {
  const where = { kind: 'failed', since: life.now, incarnation: incarnation(life, news) } as const
  if (life.cancel?.rule !== undefined) return { ...where, ...byRule(life.cancel.rule) }
  if (news.type === 'stopped') return { ...where, reason: 'cancelled-by-us', message: news.evidence }
  const message = news.type === 'vanished' ? news.evidence : news.message
  return { ...where, reason: news.reason, message }
}

function collected(to: Kind, news: Fetching, life: JobLife): JobState {
  const { state, now: since } = life
  if (state.kind === 'fetching' && 'gone' in state && state.gone !== undefined) {
    const why = life.cancel?.rule === undefined ? state.gone : byRule(life.cancel.rule)
    return { kind: 'failed', since, incarnation: state.incarnation, ...why }
  }
  if (state.kind !== 'fetching' || !('exit' in state))
    throw new AbeyanceError('internal', `outputs came for a job that is ${state.kind}; please report this`)
  const { exit, incarnation, startedAt, endedAt } = state
  if (to === 'succeeded' && news.type === 'fetched')
    return { kind: to, since, outputs: news.outputs, incarnation, startedAt, endedAt }
  const why =
    life.cancel?.rule !== undefined
      ? byRule(life.cancel.rule)
      : exitedWell(exit)
        ? notHere(news)
        : byExit(state, news.type === 'fetched' ? news.lastWords : undefined)
  return { kind: 'failed', since, incarnation, exit, ...why }
}

function notHere(news: Fetching): { reason: Reason; message: string } {
  if (news.type === 'fetch-refused') return { reason: news.reason, message: news.message }
  return { reason: 'missing-output', message: news.type === 'missing' ? news.message : 'outputs are missing' }
}

function byExit(
  { exit }: { readonly exit: Exit },
  lastWords: string | undefined,
): { reason: Reason; message: string } {
  const said = lastWords === undefined ? '' : `; it last said: ${lastWords}`
  if (exit.kind === 'signal')
    return { reason: exit.reason ?? 'signal', message: `ended by signal ${exit.signal}${said}` }
  return { reason: exit.reason ?? 'exit-code', message: `ended with exit code ${exit.code}${said}` }
}

function byRule(pattern: string): { reason: Reason; message: string } {
  return { reason: 'stopped-by-rule', message: `its log matched /${pattern}/, which ends it` }
}

function lost(text: string, life: JobLife): JobState {
  const incarnation = 'incarnation' in life.state ? life.state.incarnation : 0
  return { kind: 'lost', since: life.now, why: text, incarnation }
}

function incarnation({ state }: JobLife, news: News): number {
  const known = 'incarnation' in state ? state.incarnation : 0
  return Math.max(known, incarnationOf(news))
}

function byOf(news: News): string {
  return news.type === 'cancel' ? news.by : 'the host'
}
