import type { NoticeEvent } from './notifier.ts'

/** What notices of an event tell in `about`: the names that rules and templates may use for them. */
export const noticeSubjects = {
  'job-ended': ['job', 'name', 'attempt', 'state', 'destination'],
  'log-matched': ['job', 'name', 'attempt', 'pattern', 'destination'],
  'approval-needed': ['run', 'pipeline', 'module'],
  'callback-awaited': ['run', 'pipeline', 'module'],
  'run-finished': ['run', 'pipeline'],
  'run-failed': ['run', 'pipeline'],
  'host-unreachable': ['destination'],
  'host-back': ['destination'],
  'login-needed': ['destination'],
  'destination-paused': ['destination'],
  digest: ['notices'],
  test: ['notifier'],
} as const satisfies Record<NoticeEvent, readonly string[]>
