import { html, nothing, type TemplateResult } from 'lit'
import type { JobAnswer } from '../../contract.ts'
import { besideOf } from '../jobs/beside-of.ts'
import { queueTime, runTime } from '../jobs/job-times.ts'
import { hrefOf } from '../data/place.ts'
import { stateBadge } from '../look/state-badge.ts'
import { View } from '../look/view.ts'
import { arrayElement } from '../words/array-element.ts'
import { showSpan } from '../words/show-span.ts'
import { showTime } from '../words/show-time.ts'
import { jobLooks } from '../words/state-look.ts'
import { jobButtons } from './job-buttons.ts'
import { jobHistory } from './job-history.ts'
import { specText } from './spec-text.ts'
import { stayingOutputs } from './staying-outputs.ts'
import '../log/log-panel.ts'

/** One job: where it stands and why, what it prints, its attempts, what it runs. */
export class JobPage extends View {
  #attempt: number | undefined
  #key: string | undefined

  override render() {
    const { job: answer, trouble } = this.state
    if (answer === undefined)
      return html`<h1>Job</h1>
        ${trouble === undefined ? html`<p class="quiet">Loading the job.</p>` : html`<p class="trouble" role="alert">${trouble}</p>`}`
    if (this.#key !== answer.job.key) this.#attempt = undefined
    this.#key = answer.job.key
    const { job } = answer
    return html`
      <header class="heading">
        <h1>${job.name}</h1>
        ${stateBadge(jobLooks[job.state], besideOf(job))}
        ${this.mayChange ? jobButtons(this.page, job) : nothing}
      </header>
      ${job.message === undefined ? nothing : html`<p class="message ${jobLooks[job.state].shade}">${job.reason === undefined ? '' : html`<strong>${job.reason}</strong> `}${job.message}</p>`}
      ${job.spared === undefined ? nothing : html`<p class="message wait">Not asked before ${showTime(job.spared.until)}: ${job.spared.why}</p>`}
      ${this.#facts(answer)} ${this.#attempts(answer)}
      <abeyance-log .page=${this.page} .job=${job.key} .attempt=${this.#attempt}></abeyance-log>
      ${jobHistory(answer.history, this.#attempt ?? job.attempt)}
      <details class="card">
        <summary>What it runs</summary>
        <pre tabindex="0">${specText(answer.spec)}</pre>
      </details>
    `
  }

  #facts({ job, neededBy, signature, spec }: JobAnswer): TemplateResult {
    const { now, hosts } = this.state
    const runner = hosts.find(({ destination }) => destination === job.destination)?.runner
    const element = arrayElement(runner, job.nativeId)
    const staying = stayingOutputs(spec)
    const queued = queueTime(job, now)
    const ran = runTime(job, now)
    const runs = neededBy.map(
      ({ run, name }, index) =>
        html`${index > 0 ? ', ' : ''}<a href=${hrefOf({ kind: 'run', id: run, view: 'graph' })}>${name}</a>`,
    )
    const facts: readonly (readonly [string, string | TemplateResult | readonly TemplateResult[]])[] = [
      ['Destination', job.destination],
      ['Native id', [job.nativeId ?? '–', ...(element === undefined ? [] : [`(${element})`])].join(' ')],
      ['Attempt', String(job.attempt)],
      ['Since', showTime(job.since)],
      ['Queued for', queued === undefined ? '–' : showSpan(queued)],
      ['Ran for', ran === undefined ? '–' : showSpan(ran)],
      ['Needed by', runs.length === 0 ? 'no open run' : runs],
      ...(staying.length === 0 ? [] : [['Stays there', staying.join(', ')] as const]),
      ['Signature', html`<code title=${signature}>${signature.slice(0, 12)}</code>`],
    ]
    return html`<dl class="facts card">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`
  }

  /** Earlier attempts keep their logs (rule J5): choosing one shows those. */
  #attempts({ attempts, job }: JobAnswer): TemplateResult | typeof nothing {
    if (attempts.length < 2) return nothing
    const chosen = this.#attempt ?? job.attempt
    return html`<div class="attempts" role="group" aria-label="Attempts">
      ${attempts.map(
        ({ attempt, state, destination }) =>
          html`<button
            class="chip ${jobLooks[state.kind].shade}"
            aria-pressed=${attempt === chosen}
            @click=${() => this.#choose(attempt === job.attempt ? undefined : attempt)}
          >
            Attempt ${attempt} on ${destination}: ${jobLooks[state.kind].label}
          </button>`,
      )}
    </div>`
  }

  #choose(attempt: number | undefined): void {
    this.#attempt = attempt
    this.requestUpdate()
  }
}

customElements.define('abeyance-job', JobPage)
