import { AbeyanceError } from '../core/error.ts'

/** A file of the store that is not what was written: nothing is dropped silently, a person decides. */
export function damaged(
  path: string,
  line: number,
  why: string,
  advice: string,
  cause?: unknown,
): AbeyanceError {
  return new AbeyanceError(
    'workspace-damaged',
    `${path} line ${line} is damaged: ${why}. Nothing was changed; ${advice}`,
    { details: { path, line }, ...(cause === undefined ? {} : { cause }) },
  )
}

export const restoreFromBackup = 'restore the file from a backup'
