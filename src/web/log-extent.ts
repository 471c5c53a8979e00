import { join } from 'node:path'
import { sleep, type Clock } from '../core/clock.ts'
import { AbeyanceError } from '../core/error.ts'
import { readKeptStream } from '../runners/keep-stream.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'
import type { LogGapAnswer } from './contract.ts'
import type { LogSubject } from './log-subject.ts'
import { pullLog } from './pull-log.ts'

/** How much there is of a stream now: bytes from `head` up to `resume` are kept nowhere. */
export type LogExtent =
  | { readonly kind: 'there'; readonly size: number; readonly head: number; readonly resume: number }
  | ({ readonly kind: 'unavailable' } & LogGapAnswer)

// How long a host is waited for that does not answer.
const patience = 15_000

/** @throws `request-timeout` where its host does not answer */
export async function logExtent(
  view: WorkspaceView,
  subject: LogSubject,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<LogExtent> {
  const { kept, stream, incarnation } = subject
  if (kept && incarnation > 0) {
    const found = await readKeptStream(join(kept.logFolder, `${kept.tag}.${kept.incarnation}.${stream}`))
    if (found) {
      const { size, head, tail } = found
      return { kind: 'there', size, head, resume: size - tail }
    }
    return {
      kind: 'unavailable',
      why: 'gone',
      sentence: `Nothing was kept of the ${stream} of this attempt.`,
    }
  }
  if (kept)
    return {
      kind: 'unavailable',
      why: 'not-started',
      sentence: `This attempt never started, so there is no ${stream}.`,
    }
  return extentOnHost(view, subject, { clock, signal })
}

/** The last byte tells where the end is. */
async function extentOnHost(
  view: WorkspaceView,
  { key, stream, job }: LogSubject,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<LogExtent> {
  const late = new AbortController()
  const either = AbortSignal.any([late.signal, signal])
  const over = new AbortController()
  void sleep(clock, patience, over.signal).then(() => over.signal.aborted || late.abort())
  let size = 0
  try {
    const all = pullLog((room) => view.log$(key, stream, { last: 1 }, { until: 'now', room }), either)
    for await (const news of all) {
      if (news.kind === 'unavailable') return { kind: 'unavailable', why: news.why, sentence: news.sentence }
      if (news.kind === 'chunk') size = news.offset + news.bytes.length
    }
  } finally {
    over.abort()
  }
  if (late.signal.aborted) throw unanswered(job.destination)
  return { kind: 'there', size, head: size, resume: size }
}

function unanswered(destination: string): AbeyanceError {
  return new AbeyanceError(
    'request-timeout',
    `${destination} did not answer within ${patience / 1000} s; \`abeyance doctor ${destination}\` says more`,
  )
}
