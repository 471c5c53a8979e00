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
  'test',
] as const
export type NoticeEvent = (typeof noticeEvents)[number]

/** What is told. `id` stays the same over all deliveries of the same notice (rule N2). `at` is milliseconds since 1970. */
export interface Notice {
  readonly id: NoticeId
  readonly event: NoticeEvent
  readonly at: number
  readonly title: string
  readonly text: string
  /** The same for what can show HTML; only where a template has made it, with every value of the notice escaped. */
  readonly html?: string
  /** What it is about, under the names that `noticeSubjects` lists for its event. */
  readonly about: Readonly<Record<string, string>>
}
