import { html, nothing, type TemplateResult } from 'lit'
import type { JobRow } from '../../contract.ts'
import type { HostRow } from '../../host-contract.ts'
import type { JobAct } from '../data/page.ts'
import { ask } from '../look/ask.ts'
import { attempt } from '../look/attempt.ts'
import { RowWindow } from '../look/row-window.ts'
import { say } from '../look/say.ts'
import { View } from '../look/view.ts'
import { remember } from '../words/remember.ts'
import { actOnJobs } from './act-on-jobs.ts'
import { jobFilters } from './job-filters.ts'
import { jobHeads } from './job-heads.ts'
import { jobRow } from './job-row.ts'
import { countStates, selectJobs, type JobFilter, type JobOrder } from './select-jobs.ts'

const narrow = matchMedia('(max-width: 48rem)')

/** Jobs as a table: filtered, sorted, chosen, cancelled and retried. Only the rows in view are drawn, however many there are. */
export class JobTable extends View {
  static override properties = { ...View.properties, keys: { attribute: false } as const }
  /** Only these jobs; all when not given. */
  declare keys: ReadonlySet<string> | undefined
  #filter: JobFilter = { text: '', states: new Set(), destination: '' }
  #order: JobOrder = { column: 'since', down: true }
  #chosen: ReadonlySet<string> = new Set()
  #current = 0
  readonly #rows = new RowWindow(this, '.table', () => (narrow.matches ? 68 : 36))
  readonly #mine = remember((jobs: ReadonlyMap<string, JobRow>, keys: ReadonlySet<string> | undefined) =>
    keys === undefined ? [...jobs.values()] : [...keys].flatMap((key) => jobs.get(key) ?? []),
  )
  readonly #counts = remember(countStates)
  readonly #shown = remember(selectJobs)
  readonly #hosts = remember(
    (hosts: readonly HostRow[]) => new Map(hosts.map((host) => [host.destination, host])),
  )

  override render() {
    const mine = this.#mine(this.state.jobs, this.keys)
    // Times grow while one looks; the order by them need not be newer than ten seconds.
    const shown = this.#shown(mine, this.#filter, this.#order, Math.floor(this.state.now / 10_000) * 10_000)
    this.#current = Math.min(this.#current, Math.max(0, shown.length - 1))
    return html`
      ${jobFilters({
        filter: this.#filter,
        counts: this.#counts(mine),
        destinations: [...new Set(mine.map((job) => job.destination))].toSorted(),
        left: shown.length,
        all: mine.length,
        change: (filter) => this.#change(() => (this.#filter = filter)),
      })}
      ${this.#leftOut()} ${this.mayChange ? this.#bulk(shown) : nothing} ${this.#table(shown)}
    `
  }

  #leftOut(): TemplateResult | typeof nothing {
    const count = this.state.jobsLeftOut
    if (count <= 0 || this.keys !== undefined) return nothing
    return html`<p class="quiet">
      The ${count} oldest jobs are not shown here; the run that they belong to shows them.
    </p>`
  }

  #table(shown: readonly JobRow[]): TemplateResult {
    const { first, end, above, height } = this.#rows.rows(shown.length)
    const hosts = this.#hosts(this.state.hosts)
    return html`<div
      class="table scroller"
      role="table"
      aria-label="Jobs"
      aria-rowcount=${shown.length + 1}
      tabindex="0"
      @scroll=${this.#rows.scrolled}
      @keydown=${(event: KeyboardEvent) => this.#key(event, shown)}
    >
      <div role="rowgroup" class="heads">
        ${jobHeads(this.#order, (order) => this.#change(() => (this.#order = order)), this.#all(shown))}
      </div>
      <div role="rowgroup" class="body" .style=${`height:${height}px;padding-top:${above}px`}>
        ${shown.slice(first, end).map((job, at) =>
          jobRow(job, {
            index: first + at,
            now: this.state.now,
            host: hosts.get(job.destination),
            selected: this.#chosen.has(job.key),
            current: first + at === this.#current,
            selectable: this.mayChange,
            select: (each, on) => this.#choose([each.key], on),
          }),
        )}
      </div>
    </div>`
  }

  #all(shown: readonly JobRow[]): TemplateResult {
    if (!this.mayChange) return html`<span class="hidden">Number</span>`
    const all = shown.length > 0 && shown.every((job) => this.#chosen.has(job.key))
    return html`<input
      type="checkbox"
      aria-label="Select all that are shown"
      .checked=${all}
      @change=${() =>
        this.#choose(
          shown.map((job) => job.key),
          !all,
        )}
    />`
  }

  #bulk(shown: readonly JobRow[]): TemplateResult {
    const keys = shown.filter((job) => this.#chosen.has(job.key)).map((job) => job.key)
    const none = keys.length === 0
    const act = (name: JobAct) => () => attempt(() => this.#act(name, keys))
    return html`<div class="bulk" role="toolbar" aria-label="With the chosen jobs">
      <span class="quiet">${none ? 'Choose jobs to cancel or retry them' : `${keys.length} chosen`}</span>
      <button ?disabled=${none} @click=${act('cancel')}>Cancel</button>
      <button ?disabled=${none} @click=${act('stop')}>Stop and keep</button>
      <button ?disabled=${none} @click=${act('retry')}>Retry</button>
    </div>`
  }

  async #act(act: JobAct, keys: readonly string[]): Promise<void> {
    const said = await actOnJobs({ act, keys, bulk: this.page.acts.bulk, ask })
    if (said === undefined) return
    say(said)
    this.#choose(keys, false)
  }

  #choose(keys: readonly string[], on: boolean): void {
    const chosen = new Set(this.#chosen)
    for (const key of keys)
      if (on) chosen.add(key)
      else chosen.delete(key)
    this.#chosen = chosen
    this.requestUpdate()
  }

  #change(act: () => void): void {
    act()
    this.requestUpdate()
  }

  /** Up and down go from job to job, also to those that are not drawn yet. */
  #key(event: KeyboardEvent, shown: readonly JobRow[]): void {
    const page = 20
    const steps = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -shown.length,
      End: shown.length,
    }
    const step = Object.entries(steps).find(([key]) => key === event.key)?.[1]
    if (step === undefined || event.target instanceof HTMLButtonElement) return
    event.preventDefault()
    this.#current = Math.min(shown.length - 1, Math.max(0, this.#current + step))
    this.#rows.show(this.#current, 36)
    this.requestUpdate()
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`.row[data-index="${this.#current}"] a`)?.focus({
        preventScroll: true,
      }),
    )
  }
}

customElements.define('abeyance-job-table', JobTable)
