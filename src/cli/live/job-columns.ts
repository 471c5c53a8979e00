import { cut, fit, widthOf } from './fit.ts'

/** A job as a line of the table: each cell one line of text. */
export interface JobCells {
  readonly state: string
  readonly name: string
  readonly queued: string
  readonly ran: string
  readonly destination: string
  readonly looked: string
  readonly attempt: string
  /** Progress, travelling files, why it failed, what it waits for. */
  readonly said: string
}

export type JobColumn = keyof JobCells

export const jobHeadings: JobCells = {
  state: 'STATE',
  name: 'NAME',
  queued: 'QUEUED',
  ran: 'RAN',
  destination: 'AT',
  looked: 'LOOKED',
  attempt: 'TRY',
  said: '',
}

const order: readonly JobColumn[] = [
  'state',
  'name',
  'queued',
  'ran',
  'destination',
  'looked',
  'attempt',
  'said',
]
// What a narrow terminal does without, first to last.
const spared: readonly JobColumn[] = ['attempt', 'looked', 'destination', 'queued', 'said', 'ran']

const gap = 2
const widestName = 40
const narrowestName = 10
const narrowestSaid = 16

export type Layout = ReadonlyMap<JobColumn, number>

/** How wide each column is that a terminal has room for. */
export function layOut(rows: readonly JobCells[], columns: number): Layout {
  const natural = new Map(order.map((column) => [column, widest(rows, column)] as const))
  const kept = new Set(order.filter((column) => (natural.get(column) ?? 0) > 0))
  const least = (column: JobColumn) => {
    const width = natural.get(column) ?? 0
    if (column === 'name') return Math.min(width, narrowestName)
    return column === 'said' ? Math.min(width, narrowestSaid) : width
  }
  const needed = () => [...kept].reduce((sum, column) => sum + least(column) + gap, -gap)
  for (const column of spared) if (needed() > columns) kept.delete(column)
  let free = Math.max(0, columns - needed())
  const missing = Math.max(0, needed() - columns)
  const layout = new Map([...kept].map((column) => [column, least(column)]))
  layout.set('name', Math.max(1, least('name') - missing))
  for (const [column, most] of [
    ['name', widestName],
    ['said', Infinity],
  ] as const) {
    if (!kept.has(column) || missing > 0) continue
    const more = Math.max(0, Math.min(free, Math.min(natural.get(column) ?? 0, most) - least(column)))
    layout.set(column, least(column) + more)
    free -= more
  }
  return layout
}

/** One line, in the columns of the layout; `dress` colours a cell that has its width already. */
export function jobLine(
  cells: JobCells,
  layout: Layout,
  dress: (column: JobColumn, text: string) => string = (_, text) => text,
): string {
  const columns = order.filter((column) => layout.has(column))
  return columns
    .map((column, place) => {
      const width = layout.get(column) ?? 0
      const isLast = place === columns.length - 1
      return dress(column, isLast ? cut(cells[column], width) : fit(cells[column], width))
    })
    .join(' '.repeat(gap))
    .trimEnd()
}

function widest(rows: readonly JobCells[], column: JobColumn): number {
  const most = rows.reduce((width, cells) => Math.max(width, widthOf(cells[column])), 0)
  return most === 0 ? 0 : Math.max(most, widthOf(jobHeadings[column]))
}
