import { html, type TemplateResult } from 'lit'
import type { PageState } from '../data/page-state.ts'
import { hrefOf, type Place } from '../data/place.ts'

/** The four places, with how many people are waited for. */
export function navLinks({ place, waits }: PageState): TemplateResult {
  const asking = waits.filter((wait) => wait.on.kind === 'approval').length
  const link = (target: Place, text: string, current: boolean, count = 0) => html`
    <li>
      <a href=${hrefOf(target)} aria-current=${current ? 'page' : 'false'}
        >${text}${count > 0 ? html` <span class="count">${count}</span>` : ''}</a
      >
    </li>
  `
  return html`<nav aria-label="Places">
    <ul>
      ${link({ kind: 'runs' }, 'Runs', place.kind === 'runs' || place.kind === 'run')}
      ${link({ kind: 'jobs' }, 'Jobs', place.kind === 'jobs' || place.kind === 'job')}
      ${link({ kind: 'waits' }, 'Waits', place.kind === 'waits', asking)}
      ${link({ kind: 'hosts' }, 'Hosts', place.kind === 'hosts')}
    </ul>
  </nav>`
}
