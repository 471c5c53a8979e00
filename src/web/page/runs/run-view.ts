import { html, nothing, type TemplateResult } from 'lit'
import type { RunAnswer } from '../../contract.ts'
import { hrefOf, runViews, type RunView as Which } from '../data/place.ts'
import { ask } from '../look/ask.ts'
import { attempt } from '../look/attempt.ts'
import { say } from '../look/say.ts'
import { stateBadge } from '../look/state-badge.ts'
import { View } from '../look/view.ts'
import { remember } from '../words/remember.ts'
import { showSpan } from '../words/show-span.ts'
import { showTime } from '../words/show-time.ts'
import { runLooks } from '../words/state-look.ts'
import { outcomeBar } from './outcome-bar.ts'
import { waitCards } from '../waits/wait-cards.ts'
import '../graph/run-graph.ts'
import '../jobs/job-table.ts'
import '../jobs/job-timeline.ts'

const titles: Readonly<Record<Which, string>> = { graph: 'Pipeline', jobs: 'Jobs', timeline: 'Timeline' }

const most = 3

/** One run: how far it is, and its pipeline, its jobs or its times. */
export class RunPage extends View {
  readonly #keys = remember((jobs: RunAnswer['jobs']) => new Set(Object.values(jobs)))

  override render() {
    const { run: answer, trouble, place } = this.state
    if (answer === undefined || place.kind !== 'run')
      return html`<h1>Run</h1>
        ${trouble === undefined ? html`<p class="quiet">Loading the run.</p>` : html`<p class="trouble" role="alert">${trouble}</p>`}`
    return html`
      <header class="heading">
        <h1>${answer.run.name}</h1>
        ${stateBadge(runLooks[answer.run.state])} ${this.#cancelButton(answer)}
      </header>
      ${this.#facts(answer)}
      ${trouble === undefined ? nothing : html`<p class="trouble" role="alert">${trouble}</p>`}
      ${this.#asked(answer)}
      <nav class="tabs" aria-label="Views of the run">
        ${runViews.map(
          (view) =>
            html`<a
              href=${hrefOf({ kind: 'run', id: answer.run.id, view })}
              aria-current=${view === place.view ? 'page' : 'false'}
              >${titles[view]}</a
            >`,
        )}
      </nav>
      ${this.#view(place.view, answer)}
    `
  }

  #facts({ run }: RunAnswer): TemplateResult {
    const lasted = showSpan((run.endedAt ?? this.state.now) - run.startedAt)
    return html`<div class="facts">
      ${outcomeBar(run.outcomes)}
      <span class="quiet"
        >${showTime(run.startedAt)},
        ${lasted}${run.cancelledBy === undefined ? '' : `, cancelled by ${run.cancelledBy}`}</span
      >
    </div>`
  }

  /** What people are asked here, the first of it: a list of many must not push the run away. */
  #asked({ run }: RunAnswer): TemplateResult | typeof nothing {
    const asked = this.state.waits.filter((wait) => wait.run === run.id && wait.on.kind === 'approval')
    const more = asked.length - most
    if (asked.length === 0) return nothing
    return html`${waitCards(this.page, asked.slice(0, most), false)}
    ${more > 0 ? html`<p class="quiet">And ${more} more: see <a href=${hrefOf({ kind: 'waits' })}>Waits</a>.</p>` : nothing}`
  }

  #view(view: Which, answer: RunAnswer): TemplateResult {
    const { page } = this
    const keys = this.#keys(answer.jobs)
    switch (view) {
      case 'graph':
        return html`<abeyance-run-graph .page=${page}></abeyance-run-graph>`
      case 'jobs':
        return html`<abeyance-job-table .page=${page} .keys=${keys}></abeyance-job-table>`
      case 'timeline':
        return html`<abeyance-timeline .page=${page} .keys=${keys}></abeyance-timeline>`
    }
  }

  #cancelButton({ run }: RunAnswer): TemplateResult | typeof nothing {
    if (!this.mayChange || run.state !== 'open') return nothing
    const cancel = async () => {
      const sure = await ask(`Cancel ${run.name}?`, 'Cancel the run', 'Jobs that another run needs go on.')
      if (!sure) return
      await this.page.acts.cancelRun(run.id)
      say(`Asked for the end of ${run.name}.`)
    }
    return html`<button @click=${() => attempt(cancel)}>Cancel run</button>`
  }
}

customElements.define('abeyance-run', RunPage)
