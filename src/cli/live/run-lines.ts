import type { JobKey } from '../../core/ids.ts'
import type { JobRecord } from '../../records/job-record.ts'
import type { Outcome } from '../../records/outcome.ts'
import { jobOf } from '../../records/job-of.ts'
import type { Paints } from '../paint.ts'
import { showSpan } from '../show-time.ts'
import type { Board, BoardRun } from './board.ts'
import { cut, oneLine } from './fit.ts'
import { kindOf } from './job-cells.ts'
import type { Size } from './screen.ts'

interface LinesContext {
  readonly board: Board
  readonly size: Size
  readonly now: number
  readonly paint: Paints
}

/** A line for each run, open ones first, the newest of them first. */
export function runLines({ board, size, now, paint }: LinesContext, room: number): readonly string[] {
  const runs = [...board.runs.values()].toSorted(openFirst)
  const shown = runs.slice(0, runs.length > room ? room - 1 : room)
  const more = runs.length - shown.length
  return [
    ...shown.map((run) => {
      const line = cut(runLine(run, board.jobs, now), size.columns)
      const { state } = run.record
      return state === 'failed' ? paint.red(line) : state === 'open' ? line : paint.dim(line)
    }),
    ...(more > 0 ? [paint.dim(cut(`… and ${more.toLocaleString('en')} more runs`, size.columns))] : []),
  ]
}

/** `lambda digest 0199a3c4  open for 4 min  1 failed, 2 running, 9 done of 12`. */
function runLine({ record, outcomes }: BoardRun, jobs: Board['jobs'], now: number): string {
  const { id, name, state, startedAt, endedAt } = record
  const span = showSpan((endedAt ?? now) - startedAt)
  const counts = countsOf(outcomes.values(), jobs)
  const of = outcomes.size > 0 ? `  ${counts} of ${outcomes.size.toLocaleString('en')}` : ''
  return `${oneLine(name)} ${id.slice(-8)}  ${state} ${state === 'open' ? 'for' : 'after'} ${span}${of}`
}

/** A line for each module of the open runs that stands for several, where jobs are too many to be shown one by one. */
export function groupLines({ board, size }: LinesContext, room: number): readonly string[] {
  const lines: string[] = []
  for (const { record, outcomes } of board.runs.values()) {
    if (record.state !== 'open') continue
    const groups = new Map<string, Outcome[]>()
    for (const [path, outcome] of outcomes) {
      const [top = path] = path.split(/[[/]/, 1)
      if (top === path) continue
      const inIt = groups.get(top)
      if (inIt) inIt.push(outcome)
      else groups.set(top, [outcome])
    }
    for (const [top, inIt] of groups)
      lines.push(cut(`  ${oneLine(top)}  ${countsOf(inIt, board.jobs)}`, size.columns))
  }
  if (lines.length <= room) return lines
  return room < 1 ? [] : [...lines.slice(0, room - 1), `  … and ${lines.length - room + 1} more modules`]
}

const first = ['failed', 'running', 'fetching', 'queued', 'submitting', 'waiting for a place', 'waiting']

/** `1 failed, 2 running, 9 done`: what needs a person first. */
function countsOf(outcomes: Iterable<Outcome>, jobs: ReadonlyMap<JobKey, JobRecord>): string {
  const counts = new Map<string, number>()
  for (const outcome of outcomes) {
    const word = wordOf(outcome, jobs)
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const rank = (word: string) => (first.indexOf(word) + first.length + 1) % (first.length + 1)
  return [...counts]
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([word, count]) => `${count.toLocaleString('en')} ${word}`)
    .join(', ')
}

/** A module that sleeps is as its job is. */
function wordOf(outcome: Outcome, jobs: ReadonlyMap<JobKey, JobRecord>): string {
  if (outcome.kind === 'unneeded') return 'not needed'
  if (outcome.kind !== 'suspended') return outcome.kind
  const key = jobOf(outcome)
  const job = key === undefined ? undefined : jobs.get(key)
  if (job === undefined) return outcome.on.kind === 'job' ? 'submitting' : 'waiting'
  const kind = kindOf(job)
  return kind === 'waiting' ? 'waiting for a place' : kind
}

function openFirst(a: BoardRun, b: BoardRun): number {
  const [isOpenA, isOpenB] = [a, b].map(({ record }) => record.state === 'open')
  if (isOpenA !== isOpenB) return isOpenA ? -1 : 1
  return a.record.id < b.record.id ? 1 : -1
}
