import type { ActAnswer, AnswerBody, BulkAnswer, BulkBody } from '../../requests.ts'
import type { Api } from './api.ts'
import type { PageState } from './page-state.ts'
import type { Store } from './store.ts'

/** What components are handed: what is so, and what can be done about it. Nothing else of the page is shared. */
export interface Page {
  readonly api: Api
  readonly store: Store<PageState>
  readonly acts: Acts
  /** Loads again what is looked at, and what every place shows. */
  reload(): Promise<void>
  signIn(token: string): Promise<void>
}

export interface Acts {
  cancelRun(id: string): Promise<void>
  retryModule(run: string, module: string): Promise<void>
  /** What a person says to an approval. */
  answer(run: string, answer: AnswerBody): Promise<void>
  act(key: string, act: JobAct, body: JobActBody): Promise<ActAnswer>
  bulk(body: BulkBody): Promise<BulkAnswer>
  lift(destination: string): Promise<void>
  olderRuns(): Promise<void>
}

export type JobAct = 'cancel' | 'stop' | 'retry' | 'discard'

export interface JobActBody {
  readonly evenIfNeeded?: true
  readonly abandon?: true
  readonly after?: number
}
