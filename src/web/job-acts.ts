import { isAbeyanceError, messageOf } from '../core/error.ts'
import { jobKey, type JobKey, type RunId } from '../core/ids.ts'
import type { StopAnswer } from '../workspace/workspace.ts'
import type { ActAnswer, BulkAnswer, BulkBody } from './requests.ts'
import type { Surroundings } from './surroundings.ts'

interface Evens {
  readonly evenIfNeeded?: true
}

/** What people do to jobs, each answered by what came of it. */
export function jobActs({ view, by }: Pick<Surroundings, 'view' | 'by'>) {
  const runs = async (ids: readonly RunId[]) => {
    const names = new Map((await view.runs()).map(({ id, name }) => [id, name]))
    return ids.map((run) => ({ run, name: names.get(run) ?? run }))
  }
  const ending = async (answer: StopAnswer): Promise<ActAnswer> => {
    switch (answer.kind) {
      case 'requested':
        return { kind: 'requested', ...said(answer) }
      case 'ended':
        return { kind: 'ended', state: answer.state.kind }
      case 'needed':
        return { kind: 'needed', by: await runs(answer.by) }
      case 'collecting':
        return { kind: 'collecting' }
    }
  }
  const acts = {
    cancel: async (key: JobKey, how: Evens & { readonly abandon?: true }) =>
      ending(await view.cancelJob(key, { ...how, by })),
    stop: async (key: JobKey, how: Evens) => ending(await view.stopJob(key, { ...how, by })),
    async retry(key: JobKey, how: { readonly after?: number; readonly abandon?: true }): Promise<ActAnswer> {
      const answer = await view.retryJob(key, { ...how, by })
      if (answer.kind === 'may-still-run') return { kind: answer.kind, said: answer.evidence.text }
      if (answer.kind === 'open') return { kind: 'open', state: answer.job.state.kind, ...said(answer) }
      return { kind: 'requested' }
    },
    async discard(key: JobKey, how: { readonly after?: number }): Promise<ActAnswer> {
      await view.discardJob(key, how)
      return { kind: 'discarded' }
    },
  }
  const one = (key: JobKey, body: BulkBody): Promise<ActAnswer> => {
    switch (body.act) {
      case 'cancel':
        return acts.cancel(key, pick(body))
      case 'stop':
        return acts.stop(key, pick(body))
      case 'retry':
        return acts.retry(key, pick(body))
      case 'discard':
        return acts.discard(key, {})
    }
  }
  return {
    ...acts,
    /** One after the other: each is a change on disk, and a refusal of one is no refusal of the others. */
    async bulk(body: BulkBody, signal: AbortSignal): Promise<BulkAnswer> {
      const results: BulkAnswer['results'] = []
      for (const key of new Set(body.keys)) {
        if (signal.aborted) break
        results.push(await tried(key, () => one(jobKey(key), body)))
      }
      return { results }
    },
  }
}

async function tried(key: string, act: () => Promise<ActAnswer>): Promise<BulkAnswer['results'][number]> {
  try {
    return { key, answer: await act() }
  } catch (error) {
    if (!isAbeyanceError(error)) throw error
    return { key, error: { code: error.code, message: messageOf(error), retryable: error.retryable } }
  }
}

function pick<B extends BulkBody>({ act: _act, keys: _keys, ...how }: B): Omit<B, 'act' | 'keys'> {
  return how
}

function said({ evidence }: { readonly evidence?: { readonly text: string } }): { readonly said?: string } {
  return evidence ? { said: evidence.text } : {}
}
