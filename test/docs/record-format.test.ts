import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { recordFormat } from '../../src/records/migrate.ts'
import { recordKinds } from '../../src/records/record-store.ts'
import { legalMoves } from '../../src/monitor/job-machine.ts'
import { blocksOf } from './blocks.ts'
import { pages } from './pages.ts'

const page = pages().get('docs/record-format.md') ?? ''

describe('docs/record-format.md', () => {
  it('tells of every kind of record, and of this format', () => {
    const rows = [...page.matchAll(/^\| `([a-z]+)` \| .* \| .* \|$/gm)].map(([, kind]) => kind)
    assert.deepEqual(rows, recordKinds)
    assert.ok(page.includes(`Format ${recordFormat}.`))
  })

  it('tells of every state of a job', () => {
    for (const { from, to } of legalMoves)
      for (const state of [from, to]) assert.match(page, new RegExp(`^\\| \`${state}\` \\| .* \\|$`, 'm'))
  })

  it('shows JSON that can be read', () => {
    for (const { language, text, line } of blocksOf(page))
      if (language === 'json') assert.doesNotThrow(() => JSON.parse(text), `line ${line}`)
  })
})
