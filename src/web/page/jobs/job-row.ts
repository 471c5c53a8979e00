import { html, type TemplateResult } from 'lit'
import type { JobRow } from '../../contract.ts'
import type { HostRow } from '../../host-contract.ts'
import { hrefOf } from '../data/place.ts'
import { stateBadge } from '../look/state-badge.ts'
import { showSpan } from '../words/show-span.ts'
import { isOpen, jobLooks } from '../words/state-look.ts'
import { besideOf } from './beside-of.ts'
import { queueTime, runTime } from './job-times.ts'

export interface RowOptions {
  /** Its place in the whole list, from 0. */
  readonly index: number
  readonly now: number
  readonly host: HostRow | undefined
  readonly selected: boolean
  /** The row that Tab comes to. */
  readonly current: boolean
  readonly selectable: boolean
  select(job: JobRow, on: boolean): void
}

/** One line of the table of jobs. */
export function jobRow(job: JobRow, options: RowOptions): TemplateResult {
  const { index, now, host, selected, current, selectable } = options
  const tab = current ? '0' : '-1'
  return html`<div
    role="row"
    class="row"
    aria-rowindex=${index + 2}
    data-index=${index}
    aria-selected=${selected}
  >
    <span role="cell" class="pick">
      ${
        selectable
          ? html`<input
              type="checkbox"
              tabindex=${tab}
              aria-label=${`Select ${job.name}`}
              .checked=${selected}
              @change=${(event: Event) =>
                event.target instanceof HTMLInputElement && options.select(job, event.target.checked)}
            />`
          : ''
      }
    </span>
    <span role="cell" class="name"
      ><a href=${hrefOf({ kind: 'job', key: job.key })} tabindex=${tab} title=${job.name}
        >${job.name}</a
      ></span
    >
    <span role="cell" class="state">${stateBadge(jobLooks[job.state], besideOf(job))}</span>
    <span role="cell" class="destination" title=${job.nativeId ?? ''}>${job.destination}</span>
    <span role="cell" class="time queue">${span(queueTime(job, now))}</span>
    <span role="cell" class="time run">${span(runTime(job, now))}</span>
    <span role="cell" class="time look">${lastLook(job, host, now)}</span>
    <span role="cell" class="attempt">${job.attempt}</span>
    <span role="cell" class="reason" title=${job.message ?? ''}>${reasonOf(job)}</span>
  </div>`
}

function reasonOf(job: JobRow): string {
  return [job.reason, job.message].filter((part) => part !== undefined).join(': ')
}

/** Of an open job its host was looked at so long ago; of an ended one nobody looks any more. */
function lastLook(job: JobRow, host: HostRow | undefined, now: number): string {
  if (!isOpen(job.state) || host?.lookedAt === undefined) return '–'
  return `${showSpan(now - host.lookedAt)} ago`
}

function span(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '–' : showSpan(milliseconds)
}
