import { freeSpace } from '../core/system/free-space.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { OpenOptions } from '../workspace/open-options.ts'
import { stateFolder } from '../workspace/state-folder.ts'
import { shortKey } from './find-job.ts'
import { showSize } from './show-size.ts'

/** Where jobs of a destination work, as far as it is on this machine. */
export type WorkFolderOf = (destination: string) => string | undefined

export function workFoldersIn(folder: string, { destinations = {} }: OpenOptions): WorkFolderOf {
  const usual = (name: string) => (name === 'local' ? stateFolder(folder).work : undefined)
  return (name) => (Object.hasOwn(destinations, name) ? destinations[name]?.workFolder : usual(name))
}

// With less than this, a job can write next to nothing.
const nil = 64 * 1024

/** What to do about a job that failed since its disk was full, by its own word or by what is left there; else nothing. */
export async function diskHint(
  { key, destination }: Pick<JobRecord, 'key' | 'destination'>,
  lines: readonly string[],
  workFolderOf: WorkFolderOf,
): Promise<string | undefined> {
  const folder = workFolderOf(destination)
  const free = folder === undefined ? undefined : await freeSpace(folder).catch(() => undefined)
  const isFull = free !== undefined && free < nil
  if (!isFull && !lines.some(isNoSpace)) return undefined
  const left = free === undefined ? '' : `, ${showSize(free)} free now`
  const where = folder === undefined ? `its disk on ${destination}` : `the disk of its folder ${folder}`
  return `${where} was full${left}: free some space, then \`abeyance retry ${shortKey(key)}\``
}

export function isNoSpace(line: string): boolean {
  return /no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i.test(line)
}
