import { html, type TemplateResult } from 'lit'
import type { WaitRow } from '../../contract.ts'
import type { Page } from '../data/page.ts'
import { attempt } from '../look/attempt.ts'
import { say } from '../look/say.ts'

/** Approve or reject, with a note for the record. */
export function approvalForm(page: Page, wait: WaitRow): TemplateResult {
  const answer = (event: SubmitEvent) => {
    event.preventDefault()
    const [form, button] = [event.currentTarget, event.submitter]
    if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement)) return
    const note = form.querySelector('input')?.value.trim() ?? ''
    attempt(async () => {
      const yes = button.value === 'approve'
      await page.acts.answer(wait.run, {
        module: wait.module,
        answer: yes ? 'approve' : 'reject',
        ...(note !== '' && { note }),
      })
      say(`${wait.module}: ${yes ? 'approved' : 'rejected'}.`)
    })
  }
  return html`<form class="answer" @submit=${answer}>
    <input aria-label=${`Note on ${wait.module}`} placeholder="Note, if any" autocomplete="off" />
    <button class="primary" value="approve">Approve</button>
    <button value="reject">Reject</button>
  </form>`
}
