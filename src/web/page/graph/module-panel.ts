import { html, nothing, type TemplateResult } from 'lit'
import type { OutcomeAnswer, RunAnswer } from '../../contract.ts'
import { hrefOf } from '../data/place.ts'
import { attempt } from '../look/attempt.ts'
import { say } from '../look/say.ts'
import { stateBadge } from '../look/state-badge.ts'
import { View } from '../look/view.ts'
import { remember } from '../words/remember.ts'
import { moduleRows, type ModuleRow } from './module-rows.ts'
import { lookOf, standingOf } from './standing.ts'

const most = 500

/** What is to be said of one module: its outcome, or those of its elements by index and value. */
export class ModulePanel extends View {
  static override properties = {
    ...View.properties,
    module: { attribute: false } as const,
    close: { attribute: false } as const,
  }
  declare module: string
  declare close: () => void
  readonly #rows = remember(moduleRows)

  override render() {
    const { run } = this.state
    if (run === undefined) return nothing
    const module = run.graph.modules.find((each) => each.path === this.module)
    const rows = this.#rows(run, this.module)
    return html`<aside class="card panel" aria-label=${`Module ${this.module}`}>
      <header class="heading">
        <h2>${this.module}</h2>
        <button class="bare" aria-label="Close" @click=${() => this.close()}>✕</button>
      </header>
      <p class="quiet">
        ${module?.type ?? 'Of the pipeline'}${module?.over === undefined ? '' : `, for each of ${module.over.join(', ')}`}${module?.destination === undefined ? '' : `, on ${module.destination}`}
      </p>
      <ul class="elements">
        ${rows.slice(0, most).map((row) => this.#row(run, row))}
      </ul>
      ${rows.length > most ? html`<p class="quiet">And ${rows.length - most} more: see the run's jobs.</p>` : nothing}
    </aside>`
  }

  #row(run: RunAnswer, { path, name, value }: ModuleRow): TemplateResult {
    const outcome = run.outcomes[path]
    const key = run.jobs[path]
    const job = key === undefined ? undefined : this.state.jobs.get(key)
    return html`<li>
      <span class="element"
        >${key === undefined ? name : html`<a href=${hrefOf({ kind: 'job', key })}>${name}</a>`}
        ${value === undefined ? nothing : html`<span class="value" title=${value}>${value}</span>`}</span
      >
      ${outcome === undefined ? html`<span class="quiet">not reached</span>` : stateBadge(lookOf(standingOf(outcome, job)))}
      ${outcome === undefined ? nothing : html`<span class="quiet why">${whyOf(outcome)}</span>`}
      ${outcome?.kind === 'failed' && key === undefined && this.mayChange ? this.#retry(run, path) : nothing}
    </li>`
  }

  /** Its own code threw: there is no job to retry. */
  #retry(run: RunAnswer, path: string): TemplateResult {
    const retry = async () => {
      await this.page.acts.retryModule(run.run.id, path)
      say(`${path} is tried again.`)
    }
    return html`<button @click=${() => attempt(retry)}>Retry</button>`
  }
}

function whyOf(outcome: OutcomeAnswer): string {
  switch (outcome.kind) {
    case 'done':
      return outcome.by
    case 'waiting':
      return `for ${outcome.for.join(', ')}`
    case 'failed':
      return outcome.error.message
    case 'skipped':
      return outcome.because === 'failure' ? `as ${outcome.of} failed` : `as ${outcome.of} says no`
    case 'suspended':
      return outcome.on.kind === 'job' ? '' : `on ${outcome.on.kind}`
    case 'unneeded':
    case 'cancelled':
      return ''
  }
}

customElements.define('abeyance-module-panel', ModulePanel)
