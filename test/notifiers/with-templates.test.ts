import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { noticeId } from '../../src/core/ids.ts'
import type { Notice } from '../../src/notifiers/notifier.ts'
import type { NoticeTemplates } from '../../src/notifiers/template.ts'
import { withTemplates } from '../../src/notifiers/with-templates.ts'

const notice: Notice = {
  id: noticeId('n1'),
  event: 'job-ended',
  at: 0,
  title: 'align: failed',
  text: 'it said {{state}} & <b>',
  about: { job: 'k', name: 'align', attempt: '2', state: 'failed', destination: 'hpc' },
}

async function told(templates: NoticeTemplates, what = notice): Promise<Notice | undefined> {
  let heard: Notice | undefined
  const notifier = withTemplates(
    { notify: async (one) => void (heard = one) },
    { templates, workspace: '/data/lab' },
  )
  await notifier.notify(what, { signal: new AbortController().signal })
  return heard
}

describe('withTemplates', () => {
  it('puts in what the notice tells, once: braces in a value are text', async () => {
    const text = '{{ name }} ({{attempt}}) on {{destination}} at {{time}} in {{workspace}}: {{text}} {{id}}'
    assert.deepEqual(await told({ 'job-ended': { title: '{{event}}', text } }), {
      ...notice,
      title: 'job-ended',
      text: 'align (2) on hpc at 1970-01-01T00:00:00.000Z in /data/lab: it said {{state}} & <b> n1',
    })
  })

  it('takes `any` for what is not named, and leaves what no template says', async () => {
    assert.equal((await told({ any: { title: 'x {{title}}' } }))?.title, 'x align: failed')
    assert.equal((await told({ any: { title: 'x' }, 'job-ended': {} }))?.title, notice.title)
    assert.deepEqual(await told({ 'run-failed': { title: 'x' } }), notice)
  })

  it('escapes in HTML, and gives none where no template does', async () => {
    const shown = await told({ any: { html: '<p title="{{title}}">{{text}}</p>' } })
    assert.equal(shown?.html, '<p title="align: failed">it said {{state}} &#38; &#60;b&#62;</p>')
    assert.equal(shown.text, notice.text)
    assert.equal('html' in ((await told({ any: { text: 'x' } })) ?? {}), false)
  })

  it('refuses a name that no notice of the event has', async () => {
    await assert.rejects(
      told({ 'run-failed': { text: '{{state}}' } }),
      /`run-failed` has `\{\{state\}\}`.*there are .*run, pipeline/,
    )
    await assert.rejects(told({ any: { title: '{{pipeline}}' } }), /no notice of it has/)
  })
})
