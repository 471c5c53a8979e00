import { AbeyanceError, isAbeyanceError, type ErrorCode } from '../error.ts'

/** Says what could not be done to which path, and what to do about it; the system's own error stays as the cause. */
export function fileError(operation: string, path: string, error: unknown): AbeyanceError {
  if (isAbeyanceError(error)) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const [ours, advice] = meaning[code] ?? ['internal', 'look at the cause']
  return new AbeyanceError(
    ours,
    `cannot ${operation.replace('-folder', ' the folder')} ${path}: ${code || String(error)}; ${advice}`,
    {
      cause: error,
    },
  )
}

const meaning: Readonly<Record<string, readonly [ErrorCode, string] | undefined>> = {
  ENOENT: ['missing-file', 'there is nothing at this path: check its name'],
  ENOTDIR: ['missing-file', 'a part of the path is not a folder'],
  EISDIR: ['invalid-value', 'this is a folder, give a file'],
  ENOSPC: ['disk-full', 'the disk is full: free some space, then start again; nothing was lost'],
  EDQUOT: ['disk-full', 'your quota is used up: free some space, then start again; nothing was lost'],
  EACCES: ['not-writable', 'permission is denied: check who owns it'],
  EPERM: ['not-writable', 'permission is denied: check who owns it'],
  EROFS: ['not-writable', 'the file system is read-only: choose another folder'],
  EIO: ['not-writable', 'the disk reported an error'],
  EMFILE: ['transport-failed', 'too many files are open: raise `ulimit -n`'],
}
