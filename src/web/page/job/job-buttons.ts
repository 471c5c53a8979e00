import { html, nothing, type TemplateResult } from 'lit'
import type { JobRow } from '../../contract.ts'
import type { JobAct, JobActBody, Page } from '../data/page.ts'
import { sentenceOf } from '../jobs/act-on-jobs.ts'
import { ask } from '../look/ask.ts'
import { attempt } from '../look/attempt.ts'
import { say } from '../look/say.ts'
import { isOpen } from '../words/state-look.ts'

/** What can be done about a job as it stands. */
export function jobButtons(page: Page, job: JobRow): TemplateResult {
  const button = (act: JobAct, text: string, question: string, more: string) =>
    html`<button @click=${() => attempt(() => actOn(page, job, act, question, text, more))}>${text}</button>`
  const open = isOpen(job.state)
  return html`<div class="acts">
    ${open ? button('cancel', 'Cancel', `Cancel ${job.name}?`, 'What it has made so far is not kept.') : nothing}
    ${open ? button('stop', 'Stop and keep', `Stop ${job.name}?`, 'What it has made by then is kept for you to read.') : nothing}
    ${open || job.state === 'succeeded' ? nothing : button('retry', 'Retry', `Retry ${job.name}?`, 'It gets a new attempt; the logs of this one are kept.')}
    ${open ? nothing : button('discard', 'Discard', `Discard ${job.name}?`, 'Its record, history and folders are removed.')}
  </div>`
}

async function actOn(
  page: Page,
  job: JobRow,
  act: JobAct,
  question: string,
  yes: string,
  more: string,
): Promise<void> {
  if (!(await ask(question, yes, more))) return
  const after = act === 'retry' || act === 'discard' ? { after: job.attempt } : {}
  const answer = await page.acts.act(job.key, act, after)
  const doubt = doubts[answer.kind]
  if (doubt === undefined || !(await ask(doubt.question, doubt.yes, sentenceOf(answer)))) {
    say(sentenceOf(answer))
    return
  }
  say(sentenceOf(await page.acts.act(job.key, act, { ...after, ...doubt.body })))
}

interface Doubt {
  readonly question: string
  readonly yes: string
  readonly body: JobActBody
}

/** What is asked again before it is done all the same. */
const doubts: Readonly<Record<string, Doubt>> = {
  needed: { question: 'Runs need this job', yes: 'All the same', body: { evenIfNeeded: true } },
  'may-still-run': {
    question: 'The attempt before may still run',
    yes: 'Give it up and retry',
    body: { abandon: true },
  },
}
