import type { NativeId } from '../core/ids.ts'
import type { AccountedJob, Queue, QueuedJob } from './scheduler.ts'

/** What a scheduler said at one look, read. */
export interface SchedulerAnswer {
  readonly queue: QueueSaid
  readonly accounting: AccountingSaid
  /** Of jobs that were searched by their name, by tag. */
  readonly found: ReadonlyMap<string, Found>
}

export type QueueSaid =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'failed'; readonly words: string }
  | {
      readonly kind: 'answered'
      /** When it was asked, ms since 1970 by the host's clock. */
      readonly at: number
      readonly jobs: ReadonlyMap<NativeId, QueuedJob>
      /** The native ids under a name: ours is the tag. */
      readonly names: ReadonlyMap<string, NativeId>
      /** While anything could not be read, what is not listed is not absent. */
      readonly unread: readonly string[]
    }

export type AccountingSaid =
  | { readonly kind: 'not-asked' | 'off' }
  | { readonly kind: 'failed'; readonly words: string }
  | { readonly kind: 'answered'; readonly jobs: ReadonlyMap<NativeId, AccountedJob> }

export type Found =
  | { readonly kind: 'none' }
  | { readonly kind: 'as'; readonly native: string }
  | { readonly kind: 'failed'; readonly words: string }

/** A command's output, with its exit code and what it complained of. */
export interface Said {
  readonly text: string
  readonly code: number
  readonly words: string
}

export const notAsked: SchedulerAnswer = {
  queue: { kind: 'not-asked' },
  accounting: { kind: 'not-asked' },
  found: new Map(),
}

export function readQueueAnswer(table: Queue, at: number, { text, code, words }: Said): QueueSaid {
  if (code !== 0) return { kind: 'failed', words: words || `it ended with code ${code} and said nothing` }
  const { jobs, unread } = table.readQueue(text)
  const names = new Map<string, NativeId>()
  for (const [native, job] of jobs) {
    const other = names.get(job.name)
    // Submitted twice under one name: the one that goes on counts.
    if (other === undefined || jobs.get(other)?.phase === 'ended') names.set(job.name, native)
  }
  return { kind: 'answered', at, jobs, names, unread }
}

/** Code 3 says that accounting is off here. */
export function readAccountingAnswer(table: Queue, { text, code, words }: Said): AccountingSaid {
  if (code === 3) return { kind: 'off' }
  if (code !== 0) return { kind: 'failed', words: words || `it ended with code ${code} and said nothing` }
  return { kind: 'answered', jobs: table.readAccounting(text) }
}

export function readFound(words: readonly string[]): Found {
  const [kind, ...rest] = words
  const text = rest.join(' ')
  if (kind === 'none') return { kind }
  if (kind === 'as' && text !== '') return { kind, native: text }
  return { kind: 'failed', words: text || 'the search was cut off' }
}
