import type { NativeId } from '../../core/ids.ts'
import type { Reason } from '../../core/reason.ts'
import type { AccountedJob } from '../scheduler.ts'
import { nativeIds } from './native-ids.ts'
import { stateWords } from './state-words.ts'

/** For `sacct -o`. The state stands there twice and the id thrice: a line that was cut or spoiled is no end, and no other job's. */
export const sacctFields = 'JobID,State,JobID,ExitCode,Submit,Start,End,NodeList,Reason,State,JobName,JobID'

/**
 * Reads `uid N` (who asked), then lines of `sacct -n -P -X -D` with our fields. Of a job that was started several times, the
 * record that was submitted last counts.
 */
export function readSacct(text: string): ReadonlyMap<NativeId, AccountedJob> {
  const jobs = new Map<NativeId, AccountedJob>()
  const submitted = new Map<NativeId, string>()
  const uid = /^uid (\d+)$/m.exec(text)?.[1]
  for (const line of text.split('\n')) {
    const fields =
      /^([^|]+)\|([A-Z_]+)( by \d+)?\|\1\|(\d+):(\d+)\|([^|]*)\|[^|]*\|([^|]*)\|.*?\|\2\3\|(?:(.*)\|)?\1$/.exec(
        line,
      )
    if (!fields) continue
    const [, id = '', word = '', by, code = '', signal = '', submit = '', end = '', name = nameless] = fields
    const judged = judge(word, end, { line, exit: { code: Number(code), signal: Number(signal) } })
    const job = name === nameless ? judged : { ...judged, name }
    const cause = by === undefined ? undefined : cancelledBy(by.slice(' by '.length), uid)
    for (const native of nativeIds(id)) {
      if ((submitted.get(native) ?? '') > submit) continue
      submitted.set(native, submit)
      jobs.set(native, job.phase === 'ended' && cause ? { ...job, reason: cause } : job)
    }
  }
  return jobs
}

/** The name of a job whose beginning accounting missed. */
const nameless = 'allocation'

function judge(
  word: string,
  end: string,
  {
    line,
    exit,
  }: { readonly line: string; readonly exit: { readonly code: number; readonly signal: number } },
): AccountedJob {
  const known = stateWords.get(word)
  if (!known) return { phase: 'unknown', word, line }
  const { accounted: phase, reason } = known
  if (phase !== 'ended') return { phase, word, line }
  // What has no time of its end has not ended, whatever else is said.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(end)) return { phase: 'unknown', word, line }
  return { phase, word, line, ...(reason && { reason }), ...exitOf(exit) }
}

/** Slurm writes marks of its own in the signal's place: 53 for a folder or file that it could not open, 125 for memory. */
function exitOf({ code, signal }: { readonly code: number; readonly signal: number }): {
  readonly code?: number
  readonly signal?: number
} {
  if (signal === 0) return { code }
  return signal < 32 ? { signal } : {}
}

function cancelledBy(who: string, uid: string | undefined): Reason | undefined {
  if (uid === undefined) return undefined
  return who === uid ? 'cancelled-by-us' : 'cancelled-by-administrator'
}
