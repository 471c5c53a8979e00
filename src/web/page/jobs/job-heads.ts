import { html, type TemplateResult } from 'lit'
import type { Column, JobOrder } from './select-jobs.ts'

const heads: readonly (readonly [string, string, Column | undefined])[] = [
  ['name', 'Job', 'name'],
  ['state', 'State', 'state'],
  ['destination', 'Destination', 'destination'],
  ['time queue', 'Queued for', 'queue'],
  ['time run', 'Ran for', 'run'],
  ['time look', 'Last look', undefined],
  ['attempt', 'Attempt', 'attempt'],
  ['reason', 'Reason', 'reason'],
]

/** The headings, each a way to sort by it; once more is the other way round. */
export function jobHeads(
  order: JobOrder,
  change: (order: JobOrder) => void,
  all: TemplateResult,
): TemplateResult {
  return html`<div role="row" class="row head" aria-rowindex="1">
    <span role="columnheader" class="pick">${all}</span>
    ${heads.map(([name, title, column]) =>
      column === undefined
        ? html`<span role="columnheader" class=${name}>${title}</span>`
        : head(name, title, column, order, change),
    )}
  </div>`
}

function head(
  name: string,
  title: string,
  column: Column,
  order: JobOrder,
  change: (order: JobOrder) => void,
): TemplateResult {
  const by = order.column === column
  const sort = by ? (order.down ? 'descending' : 'ascending') : 'none'
  return html`<span role="columnheader" class=${name} aria-sort=${sort}
    ><button class="bare" @click=${() => change({ column, down: by && !order.down })}>
      ${title}<span class="arrow" aria-hidden="true">${by ? (order.down ? '▾' : '▴') : ''}</span>
    </button></span
  >`
}
