/** What a command itself writes. */
export type OwnStream = 'stdout' | 'stderr'

/** What is written around it, by the scripts of a server and its scheduler; few runners can give that. */
export type JobStream = 'job_stdout' | 'job_stderr'

export type Stream = OwnStream | JobStream

export const ownStreams = ['stdout', 'stderr'] as const satisfies readonly OwnStream[]
export const jobStreams = ['job_stdout', 'job_stderr'] as const satisfies readonly JobStream[]

export function isOwn(stream: Stream): stream is OwnStream {
  return stream === 'stdout' || stream === 'stderr'
}
