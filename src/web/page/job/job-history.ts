import { html, type TemplateResult } from 'lit'
import type { JobChangeAnswer } from '../../contract.ts'
import { stateBadge } from '../look/state-badge.ts'
import { showTime } from '../words/show-time.ts'
import { jobLooks } from '../words/state-look.ts'

/** Every change of one attempt with its evidence, newest first. */
export function jobHistory(history: readonly JobChangeAnswer[], attempt: number): TemplateResult {
  const mine = history.filter((change) => change.attempt === attempt).toReversed()
  return html`<section class="card history">
    <h2>History of attempt ${attempt}</h2>
    <ol>
      ${mine.map(
        ({ at, to, evidence }) =>
          html`<li>
            <time datetime=${new Date(at).toISOString()}>${showTime(at)}</time>
            ${stateBadge(jobLooks[to])}
            <span class="evidence"
              ><span class="quiet">${evidence.from}</span> <code>${evidence.text}</code></span
            >
          </li>`,
      )}
    </ol>
  </section>`
}
