import type { JobKey } from '../../core/ids.ts'
import type { JobRecord } from '../../records/job-record.ts'
import { isFinal } from '../../records/job-state.ts'
import type { DestinationFacts } from '../../workspace/workspace.ts'
import { remark } from '../job-answer.ts'
import { showSpan } from '../show-time.ts'
import { travelWords } from '../travel-words.ts'
import { waitsForPlace, type LimitsOf } from '../waiting-for-place.ts'
import type { Board } from './board.ts'
import { oneLine } from './fit.ts'
import type { JobCells } from './job-columns.ts'

export interface CellContext {
  readonly board: Pick<Board, 'times' | 'percents' | 'travels'>
  readonly destinations: ReadonlyMap<string, DestinationFacts>
  readonly limitsOf: LimitsOf
  readonly now: number
}

/** What kind of job it is for whoever watches: its state, and apart those that wait for a place. */
export function kindOf(job: JobRecord): string {
  return waitsForPlace(job) ? 'waiting' : job.state.kind
}

export function jobCells(job: JobRecord, context: CellContext): JobCells {
  const { destinations, limitsOf, now } = context
  const { name, destination, attempt, state } = job
  const looked = isFinal(state) ? undefined : destinations.get(destination)?.answeredAt
  const said = oneLine(remark(job, limitsOf))
  return {
    state: kindOf(job),
    name: oneLine(name),
    ...spansOf(job, context),
    destination,
    looked: looked === undefined ? '' : `${showSpan(now - looked)} ago`,
    attempt: attempt > 1 ? String(attempt) : '',
    said: [...progressOf(job.key, isFinal(state), context), ...(said === '' ? [] : [said])].join('  '),
  }
}

/** How long it waited for its machine, and how long it ran: in its host's word where that is known (rule J7). */
function spansOf(
  { key, attempt, state }: JobRecord,
  { board, now }: CellContext,
): Pick<JobCells, 'queued' | 'ran'> {
  const known = board.times.get(key)
  const times = known?.attempt === attempt ? known : undefined
  const started = 'startedAt' in state ? state.startedAt : times?.startedAt
  const ended = 'endedAt' in state ? state.endedAt : isFinal(state) ? (times?.endedAt ?? state.since) : now
  const submitted = times?.submittedAt
  return {
    queued: submitted === undefined ? '' : showSpan((times?.startedAt ?? started ?? ended) - submitted),
    ran: started === undefined ? '' : showSpan(ended - started),
  }
}

function progressOf(key: JobKey, isOver: boolean, { board }: CellContext): readonly string[] {
  const [percent, travel] = [board.percents.get(key), board.travels.get(key)]
  if (isOver) return []
  return [...(percent === undefined ? [] : [bar(percent)]), ...(travel ? [travelWords(travel)] : [])]
}

const barLength = 10

function bar(percent: number): string {
  const full = Math.round((percent / 100) * barLength)
  return `${'━'.repeat(full)}${'─'.repeat(barLength - full)} ${Math.round(percent)} %`
}
