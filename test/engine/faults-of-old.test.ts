import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Value } from '../../src/pipeline/value.ts'
import { once, start, world } from './fakes.ts'
import { brief, from, given, input, listed, mod, overAll, pipe, valueOf } from './pipes.ts'

const group = (...modules: Parameters<typeof pipe>[0]) => ({
  ...pipe(modules, ['x'], []),
  outputs: { out: { kind: 'output', module: modules.at(-1)?.id ?? '', port: 'out' } as const },
})

describe('the faults of VisTrails', () => {
  it('F1: an error beside a suspension loses neither, and touches no job record', async () => {
    const here = world()
    const pipeline = pipe([
      mod('j', 'job'),
      mod('b', 'bad'),
      mod('sum', 'join', { all: listed(from('b'), from('j')) }),
    ])
    const run = await once(here, pipeline)
    assert.deepEqual([brief(run, 'j'), brief(run, 'b')], ['suspended', 'failed compute-failed'])
    const [before] = here.jobs.values()
    const again = await once(here, pipeline, { targets: ['b'] })
    assert.equal(brief(again, 'b'), 'failed compute-failed')
    assert.deepEqual([...here.jobs.values()], [before])
    assert.equal(brief(await once(here, pipeline), 'j'), 'suspended')
  })

  it('F2: a job in a group suspends, resumes and goes on in every round, not only in the first', async () => {
    const here = world()
    const pipeline = pipe([
      mod('g', 'group', { x: 1 }, { group: group(mod('j', 'job', { x: input('x') })) }),
      mod('z', 'join', { g: from('g') }),
    ])
    const run = await once(here, pipeline)
    await run.round()
    assert.equal(brief(run, 'g/j'), 'suspended')
    assert.equal(brief(run, 'z'), 'waiting g/j')
    run.wake(here.end('g/j'))
    await run.round()
    assert.equal(brief(run, 'z'), 'done computed')
  })

  it('F3: a map over a group gives each element its own job', async () => {
    const here = world()
    const body = group(mod('a', 'give', { of: input('x') }), mod('j', 'job', { a: from('a') }))
    const pipeline = pipe([mod('m', 'group', { x: given([1, 2, 3]) }, { group: body, ...overAll(['x']) })])
    const run = await once(here, pipeline)
    assert.equal(here.count('submit'), 3)
    for (const index of [2, 0, 1]) run.wake(here.end(`m[${index}]/j`))
    await run.round()
    assert.deepEqual(valueOf(run, 'm'), ['job a=1', 'job a=2', 'job a=3'])
  })

  it('F4: nested maps do not collide', async () => {
    const here = world()
    const body = { ...group(mod('j', 'job', { x: input('x') }, overAll(['x']))) }
    const pipeline = pipe([
      mod(
        'm',
        'group',
        {
          x: given([
            [1, 2],
            [3, 4],
            [1, 4],
          ]),
        },
        { group: body, ...overAll(['x']) },
      ),
    ])
    const run = await once(here, pipeline)
    assert.equal(here.count('submit'), 4, 'equal elements share one job, others do not')
    for (const index of ['0]/j[0]', '0]/j[1]', '1]/j[0]', '1]/j[1]']) run.wake(here.end(`m[${index}`))
    await run.round()
    assert.deepEqual(valueOf(run, 'm'), [
      ['job x=1', 'job x=2'],
      ['job x=3', 'job x=4'],
      ['job x=1', 'job x=4'],
    ])
  })

  const mapped = (list: Value) => pipe([mod('m', 'job', { x: given(list) }, overAll(['x']))])

  it('F7: a list that grows or is reordered keeps the jobs of its elements, in a new run too', async () => {
    const here = world()
    await once(here, mapped([1, 2, 3]))
    const run = await once(here, mapped([4, 3, 2, 1]), { run: 'run-2' })
    assert.equal(here.count('submit'), 4)
    for (const x of [1, 2, 3]) run.wake(here.end(`m[${x - 1}]`))
    run.wake(here.end('m[0]'))
    await run.round()
    assert.deepEqual(valueOf(run, 'm'), ['job x=4', 'job x=3', 'job x=2', 'job x=1'])
  })

  it('F8: a list from a volatile source is taken by its values, not by places', async () => {
    const here = world()
    const pipeline = pipe([mod('s', 'ask'), mod('m', 'give', { of: from('s') }, overAll(['of']))])
    here.said = [1, 2, 3]
    assert.deepEqual(valueOf(await once(here, pipeline), 'm'), [1, 2, 3])
    here.said = [7, 2, 9]
    const second = await once(here, pipeline, { run: 'run-2' })
    assert.deepEqual(valueOf(second, 'm'), [7, 2, 9])
    assert.equal(brief(second, 'm[1]'), 'done reused')
    assert.equal(here.count('give'), 5)
  })

  it('F9: ports are told apart: f(1,2) is not f(2,1)', async () => {
    const here = world()
    const run = await once(here, pipe([mod('f', 'join', { a: 1, b: 2 }), mod('g', 'join', { a: 2, b: 1 })]))
    assert.deepEqual([valueOf(run, 'f'), valueOf(run, 'g')], ['a=1 b=2', 'a=2 b=1'])
  })

  it('F10: the order of connections counts', async () => {
    const here = world()
    const both = (id: string, one: string, other: string) =>
      mod(id, 'join', { of: listed(from(one), from(other)) })
    const ab = [mod('a', 'give', { of: 1 }), mod('b', 'give', { of: 2 })]
    const run = await once(here, pipe([...ab, both('f', 'a', 'b'), both('g', 'b', 'a')]))
    assert.deepEqual([valueOf(run, 'f'), valueOf(run, 'g')], ['of=[1,2]', 'of=[2,1]'])
  })

  it('F11: independent chains are submitted in one round and never go in lockstep', async () => {
    const here = world()
    const chain = (id: string) => [mod(`${id}1`, 'job', { id }), mod(`${id}2`, 'job', { x: from(`${id}1`) })]
    const run = await once(here, pipe([...chain('a'), ...chain('b')]))
    assert.equal(here.count('submit'), 2)
    run.wake(here.end('a1'))
    await run.round()
    assert.deepEqual([brief(run, 'a2'), brief(run, 'b1')], ['suspended', 'suspended'])
  })

  it('F12: what JSON cannot hold is refused with its path by the module that gave it, and stops nothing else', async () => {
    const here = world()
    const run = await once(here, pipe([mod('n', 'nan'), mod('ok', 'give', { of: 1 })]))
    const outcome = run.outcomes().get(run.asked[0]?.module.path ?? (() => assert.fail())())
    assert(outcome?.kind === 'failed')
    assert.match(outcome.error.message, /outputs\.out is NaN/)
    assert.equal(brief(run, 'ok'), 'done computed')
  })

  it('F13: equal modules compute and submit once, also afresh, and `replicate` tells them apart', async () => {
    for (const fresh of [[], ['*']]) {
      const here = world()
      const pipeline = pipe([
        ...['a', 'b', 'c'].map((id) => mod(id, 'give', { of: 1 })),
        ...['j', 'k'].map((id) => mod(id, 'job')),
        mod('r', 'job', {}, { replicate: 1 }),
      ])
      const run = await once(here, pipeline, { fresh })
      assert.deepEqual([here.count('give'), here.count('submit')], [1, 2])
      run.wake(here.end('j'))
      await run.round()
      assert.deepEqual(
        [brief(run, 'j').slice(0, 4), brief(run, 'k').slice(0, 4), brief(run, 'r')],
        ['done', 'done', 'suspended'],
      )
      assert.equal(here.count('collect'), 1)
    }
  })

  it('F13: equal jobs that failed in an earlier run are run again once', async () => {
    const here = world()
    const pipeline = pipe([mod('j', 'job'), mod('k', 'job')])
    await once(here, pipeline)
    here.end('j', 'failed')
    const run = await once(here, pipeline, { run: 'run-2' })
    assert.deepEqual([brief(run, 'j'), brief(run, 'k')], ['suspended', 'suspended'])
    assert.equal(here.count('again'), 1)
  })

  it('F13: equal jobs that are asked afresh wait for the one new attempt: neither takes the old result', async () => {
    const here = world()
    const pipeline = pipe([mod('j', 'job'), mod('k', 'job')])
    await once(here, pipeline)
    here.end('j')
    await once(here, pipeline)
    const run = await once(here, pipeline, { run: 'run-2', fresh: ['*'] })
    assert.deepEqual([brief(run, 'j'), brief(run, 'k')], ['suspended', 'suspended'])
    assert.equal(here.count('again'), 1)
  })

  it('F14: upstream of a known job is executed at no level of nesting when a run goes on', async () => {
    const here = world()
    const inner = group(
      mod('v', 'ask', {}),
      mod('a', 'give', { of: input('x') }),
      mod('j', 'job', { a: from('a'), v: from('v') }),
    )
    const outer = group(
      mod('pre', 'give', { of: input('x') }),
      mod('n', 'group', { x: from('pre') }, { group: inner, ...overAll(['x']) }),
    )
    const pipeline = pipe([
      mod('src', 'ask'),
      mod('m', 'group', { x: from('src') }, { group: outer, ...overAll(['x']) }),
    ])
    here.said = [[1], [2]]
    await once(here, pipeline)
    const done = here.done.length
    here.said = 'something else'
    const second = await start(here, pipeline)
    await second.round()
    assert.equal(here.done.length, done)
    assert.equal(here.count('submit'), 2)
    second.wake(here.end('m[0]'))
    second.wake(here.end('m[1]'))
    await second.round()
    assert.equal(brief(second, 'm'), 'done collected')
  })
})
