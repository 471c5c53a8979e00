import type { JobRecord } from '../../records/job-record.ts'
import { isFinal } from '../../records/job-state.ts'
import type { Paint, Paints } from '../paint.ts'
import type { LimitsOf } from '../waiting-for-place.ts'
import type { Board } from './board.ts'
import { chooseRows } from './choose-rows.ts'
import { cut, oneLine } from './fit.ts'
import { jobCells, kindOf } from './job-cells.ts'
import { jobHeadings, jobLine, layOut } from './job-columns.ts'
import { groupLines, runLines } from './run-lines.ts'
import type { Size } from './screen.ts'

export interface FrameContext {
  readonly board: Board
  readonly size: Size
  readonly now: number
  readonly paint: Paints
  readonly limitsOf: LimitsOf
  /** The first line: what is watched. */
  readonly title: string
  /** What was said beside, the newest last. */
  readonly notes: readonly string[]
  /** Whether jobs are shown that no watched run speaks of. */
  readonly all: boolean
}

const hint = 'Ctrl+C ends the watching; jobs go on'

/** What the screen shows: runs, then the jobs that matter most, each as one line; never more lines than the screen has. */
export function watchFrame(context: FrameContext): readonly string[] {
  const { board, size, paint, notes } = context
  const { columns, rows } = size
  const kinds = byKind(context)
  const total = [...kinds.values()].reduce((sum, jobs) => sum + jobs.length, 0)
  const top = [
    paint.bold(cut(oneLine(context.title), columns)),
    ...runLines(context, Math.max(1, Math.floor(rows / 4))),
  ]
  const bottom = [
    ...notes.slice(-2).map((note) => paint.yellow(cut(oneLine(note), columns))),
    paint.dim(cut(hint, columns)),
  ]
  const free = rows - top.length - bottom.length - 2 // the table's heading, and what is left out
  const groups = total > free ? groupLines(context, Math.floor(free / 3)) : []
  const { shown, left } = chooseRows(kinds, Math.max(0, free - groups.length))
  const destinations = board.destinations()
  const cells = shown.map((job) => jobCells(job, { ...context, destinations }))
  const layout = layOut(cells, columns)
  const table = cells.length === 0 ? [] : [paint.dim(jobLine(jobHeadings, layout))]
  for (const line of cells)
    table.push(
      jobLine(line, layout, (column, text) =>
        column === 'state' ? stateColour(line.state, paint)(text) : text,
      ),
    )
  const nothing = total === 0 ? [paint.dim(cut('no job is open', columns))] : []
  return [...top, ...groups, ...table, ...nothing, ...leftLine(left, context), ...bottom].slice(0, rows)
}

// What a person is to see first. Whatever else there is comes after these.
const urgency = [
  'failed',
  'lost',
  'running',
  'fetching',
  'submit-unknown',
  'held',
  'queued',
  'submitting',
  'waiting',
  'cancelled',
  'succeeded',
]

function byKind({ board, all }: FrameContext): ReadonlyMap<string, readonly JobRecord[]> {
  const kinds = new Map<string, JobRecord[]>(urgency.map((kind) => [kind, []]))
  for (const job of board.jobs.values()) {
    if (!board.spoken.has(job.key) && !(all && !isFinal(job.state))) continue
    const kind = kindOf(job)
    const same = kinds.get(kind)
    if (same) same.push(job)
    else kinds.set(kind, [job])
  }
  // The newest end first; of what is open, what has been so for longest.
  for (const jobs of kinds.values())
    jobs.sort((a, b) => (isFinal(a.state) ? b.state.since - a.state.since : a.state.since - b.state.since))
  return kinds
}

function leftLine(
  left: readonly (readonly [string, number])[],
  { size, paint }: FrameContext,
): readonly string[] {
  if (left.length === 0) return []
  const sum = left.reduce((all, [, count]) => all + count, 0)
  const words = left.map(([kind, count]) => `${count.toLocaleString('en')} ${kind}`).join(', ')
  return [paint.dim(cut(`… and ${sum.toLocaleString('en')} more: ${words}`, size.columns))]
}

/** As the page has it: what failed is red, what runs is cyan, what went well is green. */
export function stateColour(kind: string, paint: Paints): Paint {
  if (kind === 'failed' || kind === 'lost') return paint.red
  if (kind === 'running' || kind === 'fetching') return paint.cyan
  if (kind === 'succeeded' || kind === 'done') return paint.green
  return kind === 'held' || kind === 'submit-unknown' || kind === 'cancelled' ? paint.yellow : (text) => text
}
