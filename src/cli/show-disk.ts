import type { AttemptDisk, DiskUse } from '../workspace/disk-report.ts'
import { shortKey } from './find-job.ts'
import { showSize } from './show-size.ts'
import { showSpan } from './show-time.ts'
import { table } from './table.ts'

/** Rows that a screen has room for; the others are summed up. */
const mostRows = 30

/** What a workspace takes on each machine, in words. */
export function showDisk(uses: readonly DiskUse[], now: number): string {
  return uses.map((use) => [heading(use), ...found(use), ...removals(use, now)].join('\n')).join('\n\n')
}

function heading({ destinations, host, found: what }: DiskUse): string {
  const where = `${destinations.join(', ')} on ${host}`
  if (what.kind === 'unreachable') return `${where}: could not be asked: ${what.why}`
  if (what.kind === 'unsupported') return `${where}: its runner cannot tell what folders take`
  const { attempts, cache, leftovers, free, folder } = what
  const all = attempts.reduce((sum, { bytes }) => sum + bytes, cache + leftovers)
  const room = free === undefined ? '' : `, ${showSize(free)} free`
  return `${where}: ${showSize(all)} in ${folder}${room}`
}

function found({ found: what }: DiskUse): readonly string[] {
  if (what.kind !== 'measured' || what.attempts.length + what.cache + what.leftovers === 0) return []
  const shown = what.attempts.slice(0, mostRows).map(row)
  const rest = what.attempts.slice(mostRows)
  const restBytes = rest.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    table(
      ['JOB', 'NAME', 'ATTEMPT', 'SIZE'],
      [
        ...shown,
        ...(rest.length === 0
          ? []
          : [['', `and ${many(rest.length, 'smaller folder')}`, '', showSize(restBytes)]]),
        ...(what.cache === 0 ? [] : [['', 'cache of what was sent', '', showSize(what.cache)]]),
        ...(what.leftovers === 0 ? [] : [['', 'removal was cut off', '', showSize(what.leftovers)]]),
      ],
    ),
  ]
}

function row({ tag, bytes, job }: AttemptDisk): readonly string[] {
  return job
    ? [shortKey(job.key), job.name, String(job.attempt), showSize(bytes)]
    : [tag, '(no record of it)', '', showSize(bytes)]
}

function removals({ toRemove }: DiskUse, now: number): readonly string[] {
  const failed = toRemove.flatMap((one) => (one.failed ? [{ ...one, failed: one.failed }] : []))
  const later = toRemove.filter((one) => !one.failed).map(({ due }) => due)
  return [
    ...(later.length === 0
      ? []
      : [`${many(later.length, 'folder')} to be removed, the first ${inTime(Math.min(...later) - now)}`]),
    ...failed.map(
      ({ tag, failed: { at, why, times } }) =>
        `${tag} was not removed (${many(times, 'try', 'tries')}, last ${showSpan(now - at)} ago) and is tried again: ${why}`,
    ),
  ]
}

function inTime(wait: number): string {
  return wait <= 0 ? 'now' : `in ${showSpan(wait)}`
}

function many(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`
}
