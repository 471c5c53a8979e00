import type { NativeId } from '../../core/ids.ts'
import type { QueueAnswer, QueuedJob } from '../scheduler.ts'
import { nativeIds } from './native-ids.ts'
import { stateWords } from './state-words.ts'

/** For `squeue -o`: id, state, name, reason, state for short. The id stands there thrice, so that a spoiled line is no other job's. */
export const squeueFormat = '%i|%T|%i|%j|%r|%t|%i|.'
/** Printed after the last line. */
export const squeueEnd = '. end'

/**
 * Reads what `squeue -o` prints in our format, and the end mark after it. A name may hold a line break or a bar: those are
 * others' jobs, ours are named by tags, so what follows a job's first line belongs to it until its line ends.
 */
export function readSqueue(text: string): QueueAnswer {
  const jobs = new Map<NativeId, QueuedJob>()
  const unread: string[] = []
  let begun: string[] = []
  let whole = false
  const giveUp = () => {
    if (begun.length > 0) unread.push(begun.join('\n'))
    begun = []
  }
  for (const line of text.split('\n')) {
    const starts = /^\d[^|]*\|[^|]*\|/.test(line)
    if (starts || line === squeueEnd) giveUp()
    if (line === squeueEnd) whole = true
    else if (starts || begun.length > 0) {
      begun.push(line)
      if (line.endsWith('|.') && keep(jobs, begun.join('\n'))) begun = []
    } else if (line !== '' && !line.startsWith('CLUSTER: ')) unread.push(line)
  }
  giveUp()
  if (!whole) unread.push('the list of jobs has no end')
  return { jobs, unread }
}

/** Whether the record could be read. */
function keep(jobs: Map<NativeId, QueuedJob>, record: string): boolean {
  const fields = /^([^|]+)\|([^|]*)\|\1\|([^|]*)\|([^]*)\|([^|]*)\|\1\|\.$/.exec(record)
  const [, id = '', word = '', name = '', why = '', code = ''] = fields ?? []
  const ids = nativeIds(id)
  if (!fields || ids.length === 0) return false
  const job = judge(word, code, why, { name, line: record })
  for (const native of ids) {
    const other = jobs.get(native)
    // Listed twice, by two clusters of a federation: it goes on where either says so.
    if (!other || other.phase === 'ended') jobs.set(native, job)
  }
  return true
}

function judge(
  word: string,
  code: string,
  why: string,
  job: { readonly name: string; readonly line: string },
): QueuedJob {
  const known = stateWords.get(word)
  const said = { ...job, word, ...(why !== '' && why !== 'None' && { why }) }
  if (!known) return { ...said, phase: 'unknown' }
  const { listed: phase, reason } = known
  // Said twice, in two ways: an end that is told once only is none.
  if (phase === 'ended' && known.code !== code) return { ...said, phase: 'unknown' }
  if (phase === 'waiting' && isHold(why)) return { ...said, phase: 'held' }
  return { ...said, phase, ...(reason && { reason }) }
}

/** JobHeldUser, JobHeldAdmin, JobHoldMaxRequeue, `job requeued in held state`, `launch failed requeued held`, also with underscores. */
function isHold(why: string): boolean {
  return /held|^JobHold/i.test(why)
}
