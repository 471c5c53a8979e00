import { html, type TemplateResult } from 'lit'
import type { RunRow } from '../../contract.ts'
import { hrefOf } from '../data/place.ts'
import { attempt } from '../look/attempt.ts'
import { stateBadge } from '../look/state-badge.ts'
import { View } from '../look/view.ts'
import { remember } from '../words/remember.ts'
import { showSpan } from '../words/show-span.ts'
import { showTime } from '../words/show-time.ts'
import { runLooks } from '../words/state-look.ts'
import { outcomeBar } from './outcome-bar.ts'
import { runStates, selectRuns, type RunFilter } from './select-runs.ts'

/** All runs, newest first, with what came of their modules. */
export class RunList extends View {
  #filter: RunFilter = { text: '', state: 'all' }
  readonly #shown = remember(selectRuns)

  override render() {
    const shown = this.#shown(this.state.runs, this.#filter)
    return html`
      <h1>Runs</h1>
      ${this.#filters(shown.length)}
      ${
        shown.length === 0
          ? html`<p class="empty">
              ${this.state.runs.size === 0 ? 'No run yet. Start one with abeyance run FILE.' : 'No run is like this.'}
            </p>`
          : html`<ul class="runs">
              ${shown.map((run) => this.#row(run))}
            </ul>`
      }
      ${
        this.state.olderRuns === undefined
          ? ''
          : html`<button @click=${() => attempt(() => this.page.acts.olderRuns())}>Load older runs</button>`
      }
    `
  }

  #filters(count: number): TemplateResult {
    return html`<div class="filters" role="search" aria-label="Which runs">
      <input
        type="search"
        aria-label="Search runs by name, key, id"
        placeholder="Name, key, id"
        .value=${this.#filter.text}
        @input=${(event: Event) =>
          event.target instanceof HTMLInputElement &&
          this.#change({ ...this.#filter, text: event.target.value })}
      />
      <div class="chips" role="group" aria-label="States">
        ${runStates.map(
          (state) =>
            html`<button
              class="chip"
              aria-pressed=${state === this.#filter.state}
              @click=${() => this.#change({ ...this.#filter, state })}
            >
              ${state}
            </button>`,
        )}
      </div>
      <span class="quiet" role="status">${count} of ${this.state.runs.size} runs</span>
    </div>`
  }

  #row(run: RunRow): TemplateResult {
    const lasted = (run.endedAt ?? this.state.now) - run.startedAt
    return html`<li class="card run-row">
      <a class="title" href=${hrefOf({ kind: 'run', id: run.id, view: 'graph' })}>${run.name}</a>
      ${stateBadge(runLooks[run.state], run.state === 'open' && run.resume !== 'auto' ? `resumes: ${run.resume}` : undefined)}
      <span class="quiet when">${showTime(run.startedAt)}, ${showSpan(lasted)}</span>
      ${outcomeBar(run.outcomes)}
      <span class="quiet key">${run.key ?? run.id.slice(0, 13)}</span>
    </li>`
  }

  #change(filter: RunFilter): void {
    this.#filter = filter
    this.requestUpdate()
  }
}

customElements.define('abeyance-run-list', RunList)
