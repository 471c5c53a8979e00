import { html, type TemplateResult } from 'lit'
import type { WaitRow } from '../../contract.ts'
import { hrefOf } from '../data/place.ts'
import { stateBadge } from '../look/state-badge.ts'
import { View } from '../look/view.ts'
import { approvalForm } from './approval-form.ts'
import { waitWords } from './wait-words.ts'

/** What open runs wait for that is no job: people first, then times, files and calls. */
export class WaitList extends View {
  override render() {
    const waits = this.state.waits.toSorted((one, other) => rank(one) - rank(other))
    return html`
      <h1>Waits</h1>
      ${
        waits.length === 0
          ? html`<p class="empty">No run waits for a person, a time, a file or a call.</p>`
          : html`<ul class="waits">
              ${waits.map((wait) => this.#wait(wait))}
            </ul>`
      }
    `
  }

  #wait(wait: WaitRow): TemplateResult {
    const asks = wait.on.kind === 'approval'
    const asked = approversOf(wait)
    const look = {
      label: wait.on.kind,
      shade: asks ? 'busy' : 'wait',
      mark: asks ? 'hand' : 'clock',
    } as const
    return html`<li class="card wait">
      <header class="heading">
        <h2>${wait.module}</h2>
        ${stateBadge(look)}
      </header>
      <p class="quiet">
        of <a href=${hrefOf({ kind: 'run', id: wait.run, view: 'graph' })}>${wait.runName}</a>
      </p>
      <p class="words">${waitWords(wait.on, this.state.now)}</p>
      ${asked === undefined ? '' : html`<p class="quiet">Asked: ${asked}</p>`}
      ${asks && this.mayChange ? approvalForm(this.page, wait) : ''}
    </li>`
  }
}

function approversOf({ on }: WaitRow): string | undefined {
  const { approvers } = on
  return Array.isArray(approvers) ? approvers.join(', ') : undefined
}

function rank(wait: WaitRow): number {
  return wait.on.kind === 'approval' ? 0 : 1
}

customElements.define('abeyance-wait-list', WaitList)
