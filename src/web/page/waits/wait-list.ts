import { html } from 'lit'
import type { WaitRow } from '../../contract.ts'
import { View } from '../look/view.ts'
import { waitCards } from './wait-cards.ts'

/** What open runs wait for that is no job: people first, then times, files and calls. */
export class WaitList extends View {
  override render() {
    const waits = this.state.waits.toSorted((one, other) => rank(one) - rank(other))
    return html`
      <h1>Waits</h1>
      ${
        waits.length === 0
          ? html`<p class="empty">No run waits for a person, a time, a file or a call.</p>`
          : waitCards(this.page, waits, true)
      }
    `
  }
}

function rank(wait: WaitRow): number {
  return wait.on.kind === 'approval' ? 0 : 1
}

customElements.define('abeyance-wait-list', WaitList)
