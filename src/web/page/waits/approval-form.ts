import { html, type TemplateResult } from 'lit'
import type { WaitRow } from '../../contract.ts'
import type { Page } from '../data/page.ts'
import { ask } from '../look/ask.ts'
import { attempt } from '../look/attempt.ts'
import { say } from '../look/say.ts'

/** Approve or reject, with a comment for the record. Asked back before it is sent: the answer is final, and Enter in the comment would send it. */
export function approvalForm(page: Page, wait: WaitRow): TemplateResult {
  const what = `${wait.module} of ${wait.runName}`
  const answer = (event: SubmitEvent) => {
    event.preventDefault()
    const [form, button] = [event.currentTarget, event.submitter]
    if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement)) return
    const comment = form.querySelector('input')?.value.trim() ?? ''
    const isYes = button.value === 'approve'
    attempt(async () => {
      const word = isYes ? 'Approve' : 'Reject'
      const more =
        comment === '' ? 'The answer is final.' : `With the comment: ${comment}\nThe answer is final.`
      if (!(await ask(`${word} ${what}?`, word, more))) return
      await page.acts.answer(wait.run, {
        module: wait.module,
        answer: isYes ? 'approve' : 'reject',
        ...(comment !== '' && { comment }),
      })
      keepFocus(form)
      say(`${what}: ${isYes ? 'approved' : 'rejected'}.`)
    })
  }
  return html`<form class="answer" aria-label=${`Answer ${what}`} @submit=${answer}>
    <input
      aria-label=${`Comment on ${what}`}
      placeholder="Comment, if any"
      maxlength="10000"
      autocomplete="off"
    />
    <button class="primary" value="approve" aria-label=${`Approve ${what}`}>Approve</button>
    <button value="reject" aria-label=${`Reject ${what}`}>Reject</button>
  </form>`
}

/** The form goes away with its wait; who stands in it by keyboard goes on from the content. */
function keepFocus(form: HTMLFormElement): void {
  const { activeElement, body } = document
  if (form.contains(activeElement) || activeElement === body)
    document.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true })
}
