import { AbeyanceError, isAbeyanceError, messageOf, type ErrorCode } from '../../core/error.ts'
import { lost } from './channel-error.ts'

/** What an answer of the SFTP server means for what was done to which path; errors of ours stay as they are. */
export function sftpError(host: string, operation: string, path: string, error: unknown): AbeyanceError {
  if (isAbeyanceError(error)) return error
  const number = sftpCode(error)
  const message = messageOf(error)
  if (
    number === undefined &&
    /No response|Not connected|not connected|Unexpected (end|close)|connection/i.test(message)
  )
    return lost(host, `it could not ${operation} ${path}`, error)
  const [code, why] = meaning[number ?? -1] ?? (['transport-failed', message] as const)
  return new AbeyanceError(code, `${host} could not ${operation} ${path}: ${why}`, { cause: error })
}

/** The number of an answer of the protocol, also where a package wrapped it. */
export function sftpCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  if (error.code === 'ENOENT') return noSuchFile
  return typeof error.code === 'number' ? error.code : undefined
}

export const noSuchFile = 2

const meaning: Readonly<Record<number, readonly [ErrorCode, string] | undefined>> = {
  [noSuchFile]: ['missing-file', 'there is nothing at this path'],
  3: ['not-writable', 'permission is denied; check who owns it'],
  4: ['transport-failed', 'its SFTP server says no more than that it failed'],
  6: ['connection-lost', 'its SFTP server lost its connection'],
  7: ['connection-lost', 'its SFTP server lost its connection'],
  8: ['unsupported', 'its SFTP server does not know how'],
}
