import { html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { WaitRow } from '../../contract.ts'
import type { Page } from '../data/page.ts'
import { waitCard } from './wait-card.ts'

/** By name, so that what one has begun to write about one of them never stands with another. */
export function waitCards(page: Page, waits: readonly WaitRow[], areAlone: boolean): TemplateResult {
  return html`<ul class="waits">
    ${repeat(
      waits,
      ({ run, module }) => `${run} ${module}`,
      (wait) => waitCard(page, wait, areAlone),
    )}
  </ul>`
}
