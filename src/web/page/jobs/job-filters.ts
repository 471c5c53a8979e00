import { html, type TemplateResult } from 'lit'
import type { JobStateName } from '../../contract.ts'
import { mark } from '../look/state-badge.ts'
import { jobLooks, jobStateOrder } from '../words/state-look.ts'
import type { JobFilter } from './select-jobs.ts'

export interface FilterOptions {
  readonly filter: JobFilter
  readonly counts: ReadonlyMap<JobStateName, number>
  readonly destinations: readonly string[]
  readonly left: number
  readonly all: number
  change(filter: JobFilter): void
}

/** What of the jobs is shown: words, states with their counts, a destination. */
export function jobFilters(options: FilterOptions): TemplateResult {
  const { filter, destinations, left, all, change } = options
  return html`<div class="filters" role="search" aria-label="Which jobs">
    <input
      type="search"
      aria-label="Search jobs by name, key, reason"
      placeholder="Name, key, reason"
      .value=${filter.text}
      @input=${(event: Event) =>
        event.target instanceof HTMLInputElement && change({ ...filter, text: event.target.value })}
    />
    <div class="chips" role="group" aria-label="States">
      ${jobStateOrder.map((state) => chip(state, options))}
    </div>
    ${
      destinations.length > 1
        ? html`<select
            aria-label="Destination"
            @change=${(event: Event) =>
              event.target instanceof HTMLSelectElement &&
              change({ ...filter, destination: event.target.value })}
          >
            <option value="">All destinations</option>
            ${destinations.map((name) => html`<option ?selected=${name === filter.destination}>${name}</option>`)}
          </select>`
        : ''
    }
    <span class="quiet" role="status">${left === all ? `${all} jobs` : `${left} of ${all} jobs`}</span>
  </div>`
}

function chip(state: JobStateName, { filter, counts, change }: FilterOptions): TemplateResult | string {
  const count = counts.get(state) ?? 0
  const on = filter.states.has(state)
  if (count === 0 && !on) return ''
  const toggle = () => {
    const states = new Set(filter.states)
    if (on) states.delete(state)
    else states.add(state)
    change({ ...filter, states })
  }
  const look = jobLooks[state]
  return html`<button class="chip ${look.shade}" aria-pressed=${on} @click=${toggle}>
    ${mark(look.mark)} ${look.label} <span class="count">${count}</span>
  </button>`
}
