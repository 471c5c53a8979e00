import { nativeId, type NativeId } from '../../core/ids.ts'

/** How many tasks of an array are told apart; a longer range is not read. Slurm's own limit is 4,000,001. */
const mostTasks = 100_000

/**
 * The jobs that an id of Slurm's stands for: `12`, a task `12_3`, the tasks of an array that wait together `12_[1-5%2,9]`,
 * a part of a heterogeneous job `12+1`, whose first part `12+0` runs the script and goes by `12`. None, where it cannot be read.
 */
export function nativeIds(text: string): readonly NativeId[] {
  const [, job, tasks] = /^(\d+)_\[([\d,:-]+)(?:%\d+)?\]$/.exec(text) ?? []
  if (job !== undefined && tasks !== undefined)
    return (readTasks(tasks) ?? []).map((task) => nativeId(`${job}_${task}`))
  return /^\d+(_\d+|\+\d+)?$/.test(text) ? [nativeId(text.replace(/\+0$/, ''))] : []
}

/** Ranges such as `1-9:2,20`. */
function readTasks(text: string): readonly number[] | undefined {
  const tasks: number[] = []
  for (const part of text.split(',')) {
    const [, from, to = from, step = '1'] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part) ?? []
    if (from === undefined || Number(step) < 1) return undefined
    const count = Math.floor((Number(to) - Number(from)) / Number(step)) + 1
    if (!(count >= 1) || tasks.length + count > mostTasks) return undefined
    for (let at = 0; at < count; at++) tasks.push(Number(from) + at * Number(step))
  }
  return tasks
}
