import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Changes } from '../../../src/web/contract.ts'
import { applyChanges } from '../../../src/web/page/data/apply-changes.ts'
import { newsOf } from '../../../src/web/page/data/news-of.ts'
import { emptyState } from '../../../src/web/page/data/page-state.ts'
import { hrefOf, placeOf } from '../../../src/web/page/data/place.ts'
import { eventReader } from '../../../src/web/page/data/read-events.ts'
import { visibleRows } from '../../../src/web/page/words/visible-rows.ts'
import { showSpan } from '../../../src/web/page/words/show-span.ts'
import { jobRowOf, runRowOf } from './rows.ts'

const nothing: Changes = { runs: [], outcomes: [], jobs: [], discarded: [], now: 5000 }

describe('server-sent events', () => {
  it('are read from pieces of any size', () => {
    const text = ': keep\n\nid: 12@1.1\nevent: chunk\ndata: {"a":\ndata: 1}\n\nevent: end\ndata: {}\r\n\r\n'
    for (const size of [1, 3, 7, text.length]) {
      const read = eventReader()
      const events = []
      for (let at = 0; at < text.length; at += size) events.push(...read(text.slice(at, at + size)))
      assert.deepEqual(events, [
        { name: 'chunk', data: '{"a":\n1}', id: '12@1.1' },
        { name: 'end', data: '{}' },
      ])
    }
  })
})

describe('what changes', () => {
  const before = {
    ...emptyState({ kind: 'runs' }, 0),
    runs: new Map([['r1', runRowOf('r1')]]),
    jobs: new Map([
      ['a', jobRowOf('a')],
      ['b', jobRowOf('b')],
    ]),
  }
  const changes: Changes = {
    ...nothing,
    runs: [runRowOf('r1', { state: 'failed' })],
    jobs: [jobRowOf('a', { state: 'failed', reason: 'walltime' })],
    discarded: ['b'],
  }

  it('replaces what it names and leaves the rest as it is', () => {
    const after = applyChanges(before, changes)
    assert.equal(after.runs.get('r1')?.state, 'failed')
    assert.deepEqual([...after.jobs.keys()], ['a'])
    assert.equal(after.now, 5000)
    assert.equal(before.jobs.get('a')?.state, 'running')
    assert.equal(applyChanges(before, nothing).jobs, before.jobs, 'nothing is drawn anew for nothing')
  })

  it('is told where it is an end or a failure, and once', () => {
    assert.deepEqual(
      newsOf(before, changes).map((news) => news.title),
      ['Run run r1: failed', 'Job a: failed (walltime)'],
    )
    assert.deepEqual(newsOf(applyChanges(before, changes), changes), [])
  })
})

describe('a place', () => {
  for (const href of [
    '#/runs',
    '#/runs/0199',
    '#/runs/0199/timeline',
    '#/jobs',
    '#/jobs/a%2Fb',
    '#/hosts',
    '#/waits',
  ])
    it(`is kept in the address: ${href}`, () => {
      assert.equal(hrefOf(placeOf(href)), href)
    })

  it('that nobody knows is the list of runs', () => {
    assert.deepEqual(placeOf('#/%E0%A4%A'), { kind: 'runs' })
    assert.deepEqual(placeOf(''), { kind: 'runs' })
  })
})

describe('the rows in view', () => {
  it('are few of many, and never beyond the ends', () => {
    assert.deepEqual(visibleRows(10_000, 36, 36 * 500, 720), {
      first: 492,
      end: 528,
      above: 492 * 36,
      height: 360_000,
    })
    assert.equal(visibleRows(10_000, 36, 1e9, 720).end, 10_000)
    assert.deepEqual(visibleRows(0, 36, 100, 720), { first: 0, end: 0, above: 0, height: 0 })
  })
})

describe('a span of time', () => {
  for (const [milliseconds, words] of [
    [850, '850 ms'],
    [12_300, '12 s'],
    [245_000, '4:05'],
    [11_045_000, '3:04:05'],
    [183_600_000, '2 d 3 h'],
  ] as const)
    it(`is ${words}`, () => {
      assert.equal(showSpan(milliseconds), words)
    })
})
