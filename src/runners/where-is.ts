import type { NativeId } from '../core/ids.ts'
import type { Reason } from '../core/reason.ts'
import { entryOf, listedAs, rowOf, type Named } from './own-record.ts'
import type { AccountedJob, QueuedJob } from './scheduler.ts'

/** Where a job is by the word of its scheduler: queue first, then accounting. */
export type Place =
  | { readonly kind: 'not-asked' }
  /** It was asked, and nobody knows. */
  | { readonly kind: 'unknown'; readonly words: string }
  /** The id that it was given has another name in the queue. */
  | { readonly kind: 'renamed'; readonly words: string }
  | {
      readonly kind: 'listed'
      readonly phase: 'waiting' | 'held' | 'running' | 'ending'
      readonly native: NativeId
      readonly evidence: string
    }
  /** The queue has it no more, and accounting holds it to go on, or has a word for it that we do not know. */
  | { readonly kind: 'open'; readonly evidence: string }
  /** `unsaid`: the queue says that it is over, accounting was not asked how. `unknown`: nor does accounting know. */
  | { readonly kind: 'ended'; readonly final: 'success' | 'unsaid' | 'unknown'; readonly evidence: string }
  | { readonly kind: 'ended'; readonly final: 'failure'; readonly reason: Reason; readonly evidence: string }
  /** A complete answer of the queue without it, and accounting without it, or off. */
  | { readonly kind: 'nowhere'; readonly evidence: string }

export function whereIs(known: NativeId | undefined, about: Named & { readonly urgent: boolean }): Place {
  const { queue, accounting } = about.said
  if (queue.kind === 'not-asked') return queue
  if (queue.kind === 'failed') return { kind: 'unknown', words: queue.words }
  const native = known !== undefined && entryOf(known, about) ? known : queue.names.get(about.tag)
  const entry = native === undefined ? undefined : entryOf(native, about)
  if (native !== undefined && entry !== undefined)
    return listed(native, entry, rowOf(native, about), about.urgent)
  if (queue.unread.length > 0)
    return { kind: 'unknown', words: `of the queue this could not be read: ${queue.unread.join(' / ')}` }
  const unlisted = `not among the ${queue.jobs.size} jobs in the queue`
  if (known === undefined) return { kind: 'nowhere', evidence: unlisted }
  if (accounting.kind === 'failed') return { kind: 'unknown', words: accounting.words }
  // Somebody's other job, or ours under a name that somebody gave it: only its own end would tell.
  if (listedAs(known, about) === 'foreign' && rowOf(known, about)?.phase !== 'ended')
    return { kind: 'renamed', words: `${known} is listed under another name: ${queue.jobs.get(known)?.line}` }
  if (accounting.kind !== 'answered')
    return { kind: 'nowhere', evidence: `${unlisted}; there is no accounting` }
  const row = rowOf(known, about)
  if (row === undefined)
    return { kind: 'nowhere', evidence: `${unlisted}; accounting has no row of ${known}` }
  return accounted(row)
}

function listed(native: NativeId, entry: QueuedJob, row: AccountedJob | undefined, urgent: boolean): Place {
  const { phase, word, why, line, reason } = entry
  const evidence = `the scheduler says ${word}${why === undefined ? '' : ` (${why})`}`
  if (phase === 'unknown') return { kind: 'open', evidence: `a word that is not known: ${line}` }
  if (phase === 'suspended') return { kind: 'listed', phase: 'held', native, evidence }
  if (phase !== 'ended') return { kind: 'listed', phase, native, evidence }
  if (row?.phase === 'ended') return accounted(row)
  if (reason !== undefined) return { kind: 'ended', final: 'failure', reason, evidence: line }
  // For an urgent one accounting was asked in the same breath, where its id was known.
  const final = urgent ? 'unknown' : 'unsaid'
  return { kind: 'ended', final, evidence }
}

function accounted({ phase, reason, code, line }: AccountedJob): Place {
  if (phase !== 'ended') return { kind: 'open', evidence: `not in the queue any more; accounting: ${line}` }
  const evidence = `accounting: ${line}`
  if (reason === undefined && code === 0) return { kind: 'ended', final: 'success', evidence }
  return { kind: 'ended', final: 'failure', reason: reason ?? 'wrapper-killed', evidence }
}
