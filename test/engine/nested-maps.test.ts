import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import { once, planOf, world } from './fakes.ts'
import { brief, from, given, input, listed, mod, outcomeOf, overAll, pipe, rows, valueOf } from './pipes.ts'

/** A group that gives what its last module gives. */
function group(inner: Pipeline, last: string): Pipeline {
  return { ...inner, outputs: { out: { kind: 'output', module: last, port: 'out' } } }
}

/** Twice mapped: each element is a job and, where its `go` is true, what is made of it. */
function nested(more: { readonly replicate?: true } = {}, of: 'job' | 'give' = 'job'): Pipeline {
  const element = group(
    pipe(
      [
        mod('i', of, { of: input('x') }),
        mod('k', 'join', { i: from('i') }, { when: input('go') }),
        mod('e', 'join', { k: from('k') }),
      ],
      ['x', 'go'],
    ),
    'e',
  )
  const row = group(
    pipe(
      [
        mod(
          'm',
          'group',
          { x: input('x'), go: input('go') },
          { group: element, ...overAll(['x', 'go'], more) },
        ),
      ],
      ['x', 'go'],
    ),
    'm',
  )
  const lists = { x: given([[1, 2, 1], [3]]), go: given([[true, false, true], [true]]) }
  return pipe(
    [
      mod('o', 'group', lists, { group: row, ...overAll(['x', 'go']), when: input('c') }),
      mod('z', 'join', { o: from('o') }),
      mod('l', 'join', { of: listed(from('o')) }),
    ],
    ['c'],
    ['z', 'l'],
  )
}

describe('maps within maps, over groups with conditions', () => {
  it('keep each place, null where a condition left nothing', async () => {
    const here = world()
    const run = await once(here, nested({}, 'give'), { inputs: { c: true } })
    assert.deepEqual(valueOf(run, 'o'), [['k="i=1"', null, 'k="i=1"'], ['k="i=3"']])
    assert.deepEqual(
      [brief(run, 'o[0]/m[1]/k'), brief(run, 'o[0]/m[1]/e')].map((one) => one.slice(0, 17)),
      ['skipped condition', 'skipped condition'],
    )
    const done = here.done.length
    const second = await once(here, nested({}, 'give'), { inputs: { c: true }, run: 'run-2' })
    assert.deepEqual([brief(second, 'z'), here.done.length], ['done reused', done])
  })

  it('are skipped whole, and planned so, where their own condition is false', async () => {
    const here = world()
    const run = await once(here, nested(), { inputs: { c: false } })
    assert.deepEqual([outcomeOf(run, 'o').kind, outcomeOf(run, 'z').kind], ['skipped', 'skipped'])
    assert.equal(valueOf(run, 'l'), 'of=[]')
    assert.deepEqual(rows(await planOf(here, nested(), { inputs: { c: false }, run: 'run-2' })), {
      o: 'skip',
      z: 'skip',
      l: 'reuse',
    })
    assert.equal(here.count('submit'), 0)
  })

  for (const [replicate, jobs] of [
    [undefined, 2],
    [true, 3],
  ] as const)
    it(`suspend on ${jobs} jobs${replicate ? ' where equal ones are told apart' : ''}, and go on through restarts`, async () => {
      const here = world()
      const pipeline = nested(replicate ? { replicate } : {})
      const options = { inputs: { c: true } }
      let last = await once(here, pipeline, options)
      assert.equal(here.count('submit'), jobs, here.done.join(', '))
      for (let left = jobs; left > 0; left--) {
        here.end('o')
        last = await once(here, pipeline, options)
      }
      assert.deepEqual(valueOf(last, 'o'), [
        ['k="i=\\"job of=1\\""', null, 'k="i=\\"job of=1\\""'],
        ['k="i=\\"job of=3\\""'],
      ])
      assert.deepEqual([here.count('submit'), here.count('again')], [jobs, 0])
      assert.equal(brief(await once(here, pipeline, { ...options, run: 'run-2' }), 'z'), 'done reused')
    })
})
