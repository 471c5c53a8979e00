import { html, nothing, type TemplateResult } from 'lit'
import type { WaitRow } from '../../contract.ts'
import type { Page } from '../data/page.ts'
import { hrefOf } from '../data/place.ts'
import { stateBadge } from '../look/state-badge.ts'
import { approvalForm } from './approval-form.ts'
import { waitWords } from './wait-words.ts'

/** What is waited for, and where a person is asked, the way to answer; `isAlone`: it does not stand on the page of its run. */
export function waitCard(page: Page, wait: WaitRow, isAlone: boolean): TemplateResult {
  const { now, welcome } = page.store.state
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
    ${
      isAlone
        ? html`<p class="quiet">
            of <a href=${hrefOf({ kind: 'run', id: wait.run, view: 'graph' })}>${wait.runName}</a>
          </p>`
        : nothing
    }
    <p class="words">${waitWords(wait.on, now)}</p>
    ${asked === undefined ? nothing : html`<p class="quiet">Asked: ${asked}</p>`}
    ${asks && welcome?.role === 'changer' ? approvalForm(page, wait) : nothing}
  </li>`
}

function approversOf({ on }: WaitRow): string | undefined {
  const { approvers } = on
  return Array.isArray(approvers) ? approvers.join(', ') : undefined
}
