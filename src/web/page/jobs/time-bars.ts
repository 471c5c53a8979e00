import type { JobRow } from '../../contract.ts'
import { isOpen } from '../words/state-look.ts'

/** From when to when jobs are drawn, ms since 1970. */
export interface TimeSpan {
  readonly from: number
  readonly to: number
}

/** One job's line: shares of the whole span, 0 to 1. */
export interface TimeBar {
  readonly job: JobRow
  readonly queue?: { readonly from: number; readonly to: number }
  readonly run?: { readonly from: number; readonly to: number }
}

export function timeSpan(jobs: readonly JobRow[], now: number): TimeSpan {
  let from = now
  let to = 0
  for (const job of jobs) {
    from = Math.min(from, beginOf(job))
    to = Math.max(to, isOpen(job.state) ? now : endOf(job, now))
  }
  return { from, to: Math.max(to, from + 1000) }
}

export function timeBar(job: JobRow, span: TimeSpan, now: number): TimeBar {
  const share = (time: number) => Math.min(1, Math.max(0, (time - span.from) / (span.to - span.from)))
  const started = job.startedAt
  const waited = { from: share(beginOf(job)), to: share(started ?? endOf(job, now)) }
  const ran = started === undefined ? undefined : { from: share(started), to: share(endOf(job, now)) }
  return { job, ...(waited.to > waited.from && { queue: waited }), ...(ran && { run: ran }) }
}

/** Round times across the span, at most six. */
export function timeTicks(span: TimeSpan): readonly number[] {
  const steps = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800]
  const step = (steps.find((each) => (span.to - span.from) / (each * 1000) <= 6) ?? 2_592_000) * 1000
  const ticks: number[] = []
  for (let at = Math.ceil(span.from / step) * step; at <= span.to && ticks.length < 8; at += step)
    ticks.push(at)
  return ticks
}

function beginOf(job: JobRow): number {
  return job.submittedAt ?? job.queuedAt ?? job.startedAt ?? job.since
}

function endOf(job: JobRow, now: number): number {
  return job.endedAt ?? (isOpen(job.state) ? now : job.since)
}
