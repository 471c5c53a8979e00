import type { NoticeId } from '../core/ids.ts'

/** Tells a person. Resolves: delivered. Rejects: tried again later, under the same id. Gives up when the signal is aborted. */
export interface Notifier {
  notify(notice: Notice, context: { readonly signal: AbortSignal }): Promise<void>
}

export const noticeEvents = [
  'job-ended',
  'run-finished',
  'run-failed',
  'host-unreachable',
  'host-back',
  'login-needed',
  'destination-paused',
  'log-matched',
  'approval-needed',
  'callback-awaited',
  'digest',
] as const
export type NoticeEvent = (typeof noticeEvents)[number]

/** What is told. `id` stays the same over all deliveries of the same notice (rule N2). `at` is milliseconds since 1970. */
export interface Notice {
  readonly id: NoticeId
  readonly event: NoticeEvent
  readonly at: number
  readonly title: string
  readonly text: string
  /** What it is about: keys of a job, a run, a destination. */
  readonly about: Readonly<Record<string, string>>
}
