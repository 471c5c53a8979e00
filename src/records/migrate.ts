import { AbeyanceError } from '../core/error.ts'
import type { Entry } from './record-store.ts'

/**
 * The format of what is on disk: the shape of files and of the records in them. It stands at the head of each file, and
 * grows by one when an older version would misread what this one writes; a migration from the format before comes with it.
 */
export const recordFormat = 1

/** Gives an entry of format `from` the shape of format `from + 1`; undefined leaves it out. */
export interface Migration {
  readonly from: number
  entry(entry: Entry): Entry | undefined
}

/** One for each format before ours, oldest first. */
export const migrations: readonly Migration[] = []

/** The way from an older format to ours, or `same` where there is nothing to do. Throws `newer-format`, `unsupported`. */
export function migrationFrom(
  format: number,
  path: string,
  known: readonly Migration[] = migrations,
): 'same' | Migration['entry'] {
  if (format === recordFormat) return 'same'
  if (format > recordFormat) {
    throw new AbeyanceError(
      'newer-format',
      `${path} was written by a newer version (record format ${format}, this version knows ${recordFormat}); update abeyance`,
      { details: { path, format } },
    )
  }
  const steps = Array.from({ length: recordFormat - format }, (_, index) =>
    known.find((migration) => migration.from === format + index),
  )
  if (steps.includes(undefined)) {
    throw new AbeyanceError(
      'unsupported',
      `${path} has record format ${format}, which this version can no longer read; open it once with an older version`,
      { details: { path, format } },
    )
  }
  return (entry) => steps.reduce<Entry | undefined>((now, step) => now && step?.entry(now), entry)
}
