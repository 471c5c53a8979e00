import { AbeyanceError, isAbeyanceError, messageOf } from '../../core/error.ts'

/** What it means that a channel could not be opened on a connection that stands; errors of ours stay as they are. */
export function channelError(host: string, error: unknown): AbeyanceError {
  if (isAbeyanceError(error)) return error
  const message = messageOf(error)
  if (/^Not connected|^No response from server/.test(message))
    return lost(host, 'the request was not sent', error)
  if (/Channel open failure/.test(message))
    return new AbeyanceError(
      'channel-limit',
      `${host} opens no further channel on this connection (${message}); it is tried again: allow fewer channels here, or more there (sshd: MaxSessions)`,
      { cause: error },
    )
  return new AbeyanceError('transport-failed', `${host} opened no channel: ${message}; it is tried again`, {
    cause: error,
  })
}

/** The connection, or the process at the other end of a channel, is no more. */
export function lost(host: string, consequence: string, cause?: unknown): AbeyanceError {
  return new AbeyanceError(
    'connection-lost',
    `the connection to ${host} broke: ${consequence}; the next request connects anew`,
    cause === undefined ? {} : { cause },
  )
}
