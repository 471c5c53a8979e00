import { html, type TemplateResult } from 'lit'
import type { OutcomeKind, RunRow } from '../../contract.ts'
import { outcomeLooks } from '../words/state-look.ts'

const order: readonly OutcomeKind[] = [
  'done',
  'suspended',
  'waiting',
  'failed',
  'skipped',
  'cancelled',
  'unneeded',
]

/** How many modules stand how: as shares for the eye, in words for all. */
export function outcomeBar(outcomes: RunRow['outcomes']): TemplateResult {
  const parts = order.flatMap((kind) => {
    const count = outcomes[kind] ?? 0
    return count === 0 ? [] : [{ kind, count, look: outcomeLooks[kind] }]
  })
  return html`<span class="outcomes">
    <span class="bar" aria-hidden="true"
      >${parts.map(({ count, look }) => html`<span class=${look.shade} .style=${`flex-grow:${count}`}></span>`)}</span
    >
    <span class="words">${parts.map(({ count, look }) => `${count} ${look.label}`).join(', ')}</span>
  </span>`
}
