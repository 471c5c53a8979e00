import { createHash } from 'node:crypto'
import { noticeId, type NoticeId } from '../core/ids.ts'
import type { Notice, NoticeEvent } from '../notifiers/notifier.ts'
import type { JobRecord } from '../records/job-record.ts'

/** The same for the same happening, whoever computes it and how often: a receiver drops a repeat by it (rule N2). */
export function noticeIdOf(event: NoticeEvent, ...about: readonly (string | number)[]): NoticeId {
  const hash = createHash('sha256')
    .update(JSON.stringify([event, ...about]))
    .digest('hex')
  return noticeId(`notice_${hash.slice(0, 32)}`)
}

export function jobEndedNotice(job: JobRecord, at: number): Notice {
  const { key, attempt, state, name, destination } = job
  return {
    id: noticeIdOf('job-ended', key, attempt, state.kind),
    event: 'job-ended',
    at,
    title: `${name}: ${state.kind}`,
    text: `${name} on ${destination} ${sentence(job)}`,
    about: { job: key, name, attempt: String(attempt), state: state.kind, destination },
  }
}

export function hostNotice(
  event: 'host-unreachable' | 'login-needed' | 'host-back',
  destination: string,
  since: number,
  at: number,
  why: string,
): Notice {
  const words = {
    'host-back': [`${destination} is back`, `${destination} answers again; its jobs are watched as before`],
    'host-unreachable': [
      `${destination} is unreachable`,
      `${destination} gives no answer (${why}); its jobs go on, and it is asked again`,
    ],
    'login-needed': [
      `${destination} asks for a login`,
      `${destination} asks for more than a key (${why}); its jobs go on, and are watched again after \`abeyance login ${destination}\``,
    ],
  } as const
  const [title, text] = words[event]
  return {
    id: noticeIdOf(event, destination, since),
    event,
    at,
    text,
    title,
    about: { destination },
  }
}

export function pausedNotice(destination: string, at: number, why: string): Notice {
  return {
    id: noticeIdOf('destination-paused', destination, at),
    event: 'destination-paused',
    at,
    title: `${destination} is paused`,
    text: `${destination} is not submitted to: a job ran there and did not show itself in the work folder (${why}); check that the machines where jobs run see that folder, then \`abeyance doctor ${destination}\``,
    about: { destination },
  }
}

export function logNotice(job: JobRecord, pattern: string, line: string, at: number): Notice {
  const { key, name, attempt, destination } = job
  return {
    id: noticeIdOf('log-matched', job.tag, pattern),
    event: 'log-matched',
    at,
    text: line,
    title: `${name}: its log matched /${pattern}/`,
    about: { job: key, name, attempt: String(attempt), pattern, destination },
  }
}

function sentence({ state }: JobRecord): string {
  switch (state.kind) {
    case 'succeeded':
      return 'succeeded'
    case 'failed':
      return `failed (${state.reason}): ${state.message}`
    case 'cancelled':
      return `was cancelled by ${state.by}${state.message === undefined ? '' : `: ${state.message}`}`
    case 'lost':
      return `is lost: ${state.why}`
    case 'submitting':
    case 'submit-unknown':
    case 'queued':
    case 'held':
    case 'running':
    case 'fetching':
      return `is ${state.kind}`
  }
}
