import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { JobRow, OutcomeAnswer, RunAnswer } from '../../../src/web/contract.ts'
import { moduleRows } from '../../../src/web/page/graph/module-rows.ts'
import { mainStanding, tallyModules } from '../../../src/web/page/graph/standing.ts'
import { jobRowOf, runRowOf } from './rows.ts'

const suspended = (job: string): OutcomeAnswer => ({
  kind: 'suspended',
  on: { kind: 'job', module: job, job, attempt: 1 },
})
const done: OutcomeAnswer = { kind: 'done', by: 'computed' }

const run: RunAnswer = {
  run: runRowOf('r1'),
  base: '/',
  targets: [],
  inputs: {},
  document: {},
  graph: {
    inputs: [],
    outputs: [],
    modules: [],
    connections: [],
    elements: [
      { path: 'clean[0]', map: 'clean', index: 0, value: 'a.fq' },
      { path: 'clean[10]', map: 'clean', index: 10, value: 'k.fq' },
      { path: 'clean[2]', map: 'clean', index: 2 },
    ],
  },
  outcomes: {
    clean: suspended('x'),
    'clean[0]/trim': suspended('a'),
    'clean[2]/trim': done,
    'clean[10]/trim': done,
    report: { kind: 'waiting', for: ['clean'] },
  },
  jobs: { 'clean[0]/trim': 'a' },
  now: 0,
}
const jobs = new Map<string, JobRow>([['a', jobRowOf('a', { state: 'queued' })]])

describe('how a module stands', () => {
  it('is counted over its elements, as their jobs do', () => {
    const tallies = tallyModules(run, jobs)
    assert.deepEqual(
      [...(tallies.get('clean/trim') ?? [])],
      [
        ['queued', 1],
        ['done', 2],
      ],
    )
    assert.deepEqual(tallies.get('clean'), tallies.get('clean/trim'))
    assert.deepEqual([...(tallies.get('report') ?? [])], [['waiting', 1]])
  })

  it('is what matters first', () => {
    assert.equal(
      mainStanding(
        new Map([
          ['done', 9],
          ['failed', 1],
          ['running', 3],
        ]),
      ),
      'failed',
    )
    assert.equal(mainStanding(new Map()), 'waiting')
  })

  it('is listed by element, with index and value, in the order of the indices', () => {
    assert.deepEqual(moduleRows(run, 'clean'), [
      { path: 'clean[0]/trim', name: 'clean[0]/trim', value: 'a.fq' },
      { path: 'clean[2]/trim', name: 'clean[2]/trim' },
      { path: 'clean[10]/trim', name: 'clean[10]/trim', value: 'k.fq' },
    ])
  })
})
