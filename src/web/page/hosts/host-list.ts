import { html, nothing, type TemplateResult } from 'lit'
import type { HostRow } from '../../host-contract.ts'
import { attempt } from '../look/attempt.ts'
import { say } from '../look/say.ts'
import { stateBadge } from '../look/state-badge.ts'
import { View } from '../look/view.ts'
import { showSpan } from '../words/show-span.ts'
import { showTime } from '../words/show-time.ts'
import { jobLooks, jobStateOrder, type StateLook } from '../words/state-look.ts'
import { budgetAmount, budgetWords } from './budget-words.ts'
import './disk-view.ts'

/** Every destination: whether it answers, what is there, what may be used of it. */
export class HostList extends View {
  override render() {
    const { hosts } = this.state
    return html`
      <h1>Hosts</h1>
      ${hosts.length === 0 ? html`<p class="empty">No destination is configured.</p>` : nothing}
      <ul class="hosts">
        ${hosts.map((host) => this.#host(host))}
      </ul>
      <abeyance-disk .page=${this.page}></abeyance-disk>
    `
  }

  #host(host: HostRow): TemplateResult {
    const { now } = this.state
    const open = jobStateOrder.flatMap((state) => {
      const count = host.jobs[state] ?? 0
      return count === 0
        ? []
        : [html`<li>${stateBadge({ ...jobLooks[state], label: `${count} ${jobLooks[state].label}` })}</li>`]
    })
    return html`<li class="card host">
      <header class="heading">
        <h2>${host.destination}</h2>
        ${host.runner === undefined ? nothing : html`<span class="quiet">${host.runner}</span>`}
        ${stateBadge(healthOf(host))}
      </header>
      ${host.unreachable === undefined ? nothing : html`<p class="message bad">For ${showSpan(now - host.unreachable.since)}: ${host.unreachable.why}</p>`}
      ${host.paused === undefined ? nothing : this.#paused(host.destination, host.paused)}
      ${host.spared === undefined ? nothing : html`<p class="message wait">Not asked before ${showTime(host.spared.until)}: ${host.spared.why}</p>`}
      <p class="quiet">
        ${host.lookedAt === undefined ? 'No look yet that is known here.' : `Last look ${showSpan(now - host.lookedAt)} ago.`}
      </p>
      <ul class="open">
        ${open.length === 0 ? html`<li class="quiet">No open job.</li>` : open}
      </ul>
      ${host.limits.map(({ what, limit, used }) => meter(host, { what, limit, used, show: String }))}
      ${host.budget.map(({ what, limit, used }) =>
        meter(host, { what: budgetWords[what], limit, used, show: (amount) => budgetAmount(what, amount) }),
      )}
    </li>`
  }

  #paused(
    destination: string,
    { since, why }: { readonly since: number; readonly why: string },
  ): TemplateResult {
    const lift = async () => {
      await this.page.acts.lift(destination)
      say(`${destination} is submitted to again.`)
    }
    return html`<p class="message wait">
        Nothing is submitted there, for ${showSpan(this.state.now - since)}: ${why}
      </p>
      ${this.mayChange ? html`<button @click=${() => attempt(lift)}>Submit there again</button>` : nothing}`
  }
}

interface Part {
  readonly what: string
  readonly limit: number | undefined
  readonly used: number | undefined
  show(amount: number): string
}

function meter({ destination }: HostRow, { what, limit, used, show }: Part): TemplateResult {
  const line = (words: string) =>
    html`<p class="budget"><span>${what}</span> <span class="quiet">${words}</span></p>`
  if (limit === undefined) return line(show(used ?? 0))
  if (used === undefined) return line(`at most ${show(limit)}`)
  return html`<p class="budget">
    <span>${what}</span>
    <span class="quiet">${show(used)} of ${show(limit)}</span>
    <meter
      aria-label=${`${what} of ${destination}`}
      min="0"
      max=${limit}
      high=${limit * 0.9}
      .value=${used}
    ></meter>
  </p>`
}

function healthOf(host: HostRow): StateLook {
  if (host.unreachable?.login) return { label: 'asks for a login', shade: 'bad', mark: 'hand' }
  if (host.unreachable !== undefined) return { label: 'does not answer', shade: 'bad', mark: 'cross' }
  if (host.paused !== undefined) return { label: 'paused', shade: 'wait', mark: 'pause' }
  if (host.spared !== undefined) return { label: 'budget spent', shade: 'wait', mark: 'clock' }
  return { label: 'answers', shade: 'good', mark: 'check' }
}

customElements.define('abeyance-host-list', HostList)
