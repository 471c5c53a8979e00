import type { Cleaning } from '../monitor/clean-up.ts'
import { showSize } from './show-size.ts'
import { showTime } from './show-time.ts'

/** Tags that a line names. */
const mostTags = 5

/** What a clean-up came to on one destination, in words. */
export function cleaningLines(
  { destination, removed, bytes, left, again }: Cleaning,
  dryRun = false,
): readonly string[] {
  const freed = `${dryRun ? 'would remove' : 'removed'} ${folders(removed.length)} (${showSize(bytes)})`
  return [
    ...(removed.length === 0 ? [] : [`${destination}: ${freed}`]),
    ...[...byReason(left)].map(([why, tags]) => {
      const named = tags.slice(0, mostTags).join(', ') + (tags.length > mostTags ? ', …' : '')
      const when = again === undefined ? '' : ` at ${showTime(again)} by whoever drives, or`
      return `${destination}: could not remove ${folders(tags.length)} (${named}): ${why}; tried again${when} with the next \`abeyance gc\``
    }),
  ]
}

function byReason(left: Cleaning['left']): ReadonlyMap<string, readonly string[]> {
  const reasons = new Map<string, readonly string[]>()
  for (const { tag, why } of left) reasons.set(why, [...(reasons.get(why) ?? []), tag])
  return reasons
}

function folders(count: number): string {
  return count === 1 ? '1 folder' : `${count} folders`
}
