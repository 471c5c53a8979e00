import type { JobKey, Tag } from '../core/ids.ts'
import type { Travel } from '../runners/runner.ts'
import type { Station } from './station.ts'

const second = 1000

/**
 * Tells how far the files of jobs have travelled, for as long as one call to a runner takes: of each job once a second at most,
 * nothing of what takes less, and the end of what was told of.
 */
export function stagingNews(
  { clock, tell }: Pick<Station, 'clock' | 'tell'>,
  keyOf: (tag: Tag) => JobKey | undefined,
): (tag: Tag, travel: Travel) => void {
  const last = new Map<JobKey, { at: number; told: boolean }>()
  return (tag, travel) => {
    const key = keyOf(tag)
    if (key === undefined) return
    const now = clock.now()
    const before = last.get(key)
    const isDue = before !== undefined && Math.abs(now - before.at) >= second
    const isOver = travel.done >= travel.total
    const tells = isDue || (isOver && before?.told === true)
    if (tells) tell({ kind: 'staging', key, ...travel })
    if (isOver) last.delete(key)
    else if (tells || before === undefined) last.set(key, { at: now, told: tells })
  }
}
