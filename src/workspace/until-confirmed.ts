import { systemClock } from '../core/clock.ts'
import type { JobKey } from '../core/ids.ts'
import type { JobsNews } from '../monitor/job-monitor.ts'
import { filter, firstValueFrom, fromEvent, scan, takeUntil } from '../monitor/observables.ts'
import { isFinal } from '../records/job-state.ts'
import type { OpenOptions } from './open-options.ts'
import type { Workspace } from './workspace.ts'

// How long a process that only cancels waits for the hosts to confirm it; what they have not by then, the next driver asks again.
const confirmWithin = 30_000

/** Cancels, and stays until what was asked to end has ended: a process that goes at once would leave it running. */
export async function untilConfirmed<T>(
  own: Workspace,
  { clock = systemClock }: OpenOptions,
  cancel: () => Promise<T>,
) {
  const answer = await cancel()
  const late = new AbortController()
  const timer = clock.setTimeout(() => late.abort(), confirmWithin)
  await firstValueFrom(
    own.jobs$.pipe(
      scan(unconfirmed, new Set<JobKey>()),
      filter((open) => open.size === 0),
      takeUntil(fromEvent(late.signal, 'abort')),
    ),
    { defaultValue: undefined },
  )
  clock.clearTimeout(timer)
  return answer
}

/** The jobs that were asked to end and have not. */
function unconfirmed(open: Set<JobKey>, news: JobsNews): Set<JobKey> {
  if (news.kind === 'discarded') open.delete(news.key)
  else
    for (const job of news.kind === 'present' ? news.jobs : [news.job])
      if (job.cancelRequested && !isFinal(job.state)) open.add(job.key)
      else open.delete(job.key)
  return open
}
