import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'
import { modulePath, runId } from '../../src/core/ids.ts'
import { execution } from '../../src/engine/execution.ts'
import { unfold } from '../../src/pipeline/unfold.ts'
import { outcomeEntry } from '../../src/records/kept-run.ts'
import { once, planOf, start, surroundings, world } from './fakes.ts'
import { brief, from, mod, outcomeOf, pipe, valueOf } from './pipes.ts'

const whole = { targets: [], fresh: [], onFailure: 'continue' } as const

describe('a volatile module', () => {
  const pipeline = pipe([
    mod('v', 'ask'),
    mod('w', 'join', { v: from('v') }),
    mod('z', 'join', { w: from('w') }),
  ])

  it('keeps what it said in its run, and is asked again by the next (S4)', async () => {
    const here = world()
    await once(here, pipeline)
    here.said = 2
    assert.equal(valueOf(await once(here, pipeline), 'v'), 1)
    assert.equal(here.count('ask'), 1)
    const second = await once(here, pipeline, { run: 'run-2' })
    assert.equal(valueOf(second, 'w'), 'v=2')
  })

  it('lets everything below be reused when it says the same (S4)', async () => {
    const here = world()
    await once(here, pipeline)
    const second = await once(here, pipeline, { run: 'run-2' })
    assert.deepEqual(
      [brief(second, 'v'), brief(second, 'w'), brief(second, 'z')],
      ['done computed', 'unneeded', 'done reused'],
    )
  })

  it('has said its values on disk before anything signed by them starts (S2)', async () => {
    const here = world()
    const kept: string[] = []
    here.onPut = (entries) => {
      for (const entry of entries) if (entry.kind === 'output') kept.push(entry.key)
      if (here.count('join') > 0) assert(kept.includes('run-1/v'))
    }
    await once(here, pipeline)
  })

  it('that fails skips what is below, however far, and the round ends', async () => {
    const here = world()
    const type = here.types.get('bad')
    assert(type)
    here.types.set('bad', { ...type, kind: { ...type.kind, volatile: true } })
    const run = await once(
      here,
      pipe([mod('v', 'bad'), mod('w', 'join', { v: from('v') }), mod('z', 'join', { w: from('w') })]),
    )
    assert.deepEqual([brief(run, 'w'), brief(run, 'z')], ['skipped failure v', 'skipped failure v'])
  })
})

describe('a run', () => {
  const twoBranches = pipe([
    mod('b', 'bad'),
    mod('below', 'join', { b: from('b') }),
    mod('j', 'job'),
    mod('z', 'join', { j: from('j') }),
  ])

  it('goes on beside a failure by default', async () => {
    const here = world()
    const run = await once(here, twoBranches)
    run.wake(here.end('j'))
    await run.round()
    assert.deepEqual([brief(run, 'below'), brief(run, 'z')], ['skipped failure b', 'done computed'])
  })

  it('starts nothing more after a failure at `stop`, also after a restart, but keeps what runs', async () => {
    const here = world()
    const options = { onFailure: 'stop' } as const
    const run = await once(here, twoBranches, options)
    const started = brief(run, 'j') === 'suspended'
    if (started) here.end('j')
    const again = await once(here, twoBranches, options)
    assert.equal(brief(again, 'j'), started ? 'done collected' : 'skipped failure b')
    assert.equal(brief(again, 'z'), 'skipped failure b')
    assert.equal(here.count('join'), 0)
  })

  it('keeps a failure of its own code until it is cleared; a new run tries again', async () => {
    const here = world()
    await once(here, twoBranches)
    await once(here, twoBranches)
    assert.equal(here.count('bad'), 1)
    await once(here, twoBranches, { run: 'run-2' })
    assert.equal(here.count('bad'), 2)
  })

  it('does the targets and what they need, and nothing else', async () => {
    const here = world()
    const pipeline = pipe([
      mod('a', 'give', { of: 1 }),
      mod('b', 'join', { a: from('a') }),
      mod('c', 'join', { b: from('b') }),
      mod('d', 'give', { of: 4 }),
    ])
    const run = await once(here, pipeline, { targets: ['b'] })
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((path) => brief(run, path)),
      ['done computed', 'done computed', 'unneeded', 'unneeded'],
    )
  })

  it('gives its outputs, also those of a module whose readers are all known', async () => {
    const here = world()
    const modules = [mod('a', 'give', { of: 1 }), mod('z', 'join', { a: from('a') })]
    await once(here, pipe(modules))
    const run = await once(here, pipe(modules, [], ['a', 'z']), { run: 'run-2' })
    assert.deepEqual(run.outputs(), { a: 1, z: 'a=1' })
  })

  it('reuses nothing below a fresh module, and computes it once however often it is restarted', async () => {
    const here = world()
    const pipeline = pipe([
      mod('a', 'give', { of: 1 }),
      mod('b', 'job', { a: from('a') }),
      mod('c', 'give', { of: 3 }),
    ])
    await once(here, pipeline)
    here.end('b')
    await once(here, pipeline)
    const options = { run: 'run-2', fresh: ['a'] }
    const second = await once(here, pipeline, options)
    assert.deepEqual(
      [brief(second, 'a'), brief(second, 'b'), brief(second, 'c')],
      ['done computed', 'suspended', 'done reused'],
    )
    await once(here, pipeline, options)
    here.end('b')
    const last = await once(here, pipeline, options)
    assert.equal(brief(last, 'b'), 'done collected')
    assert.deepEqual([here.count('give of=1'), here.count('again'), here.count('submit')], [2, 1, 1])
  })

  for (const end of ['failed', 'cancelled', 'lost'] as const) {
    it(`fails with a job that is ${end}, and runs it again only in a new run (R5)`, async () => {
      const here = world()
      const pipeline = pipe([mod('j', 'job')])
      const run = await once(here, pipeline)
      run.wake(here.end('j', end))
      await run.round()
      assert.equal(brief(run, 'j'), `failed job-${end}`)
      assert.equal(brief(await once(here, pipeline), 'j'), `failed job-${end}`)
      assert.equal(here.count('again'), 0)
      assert.equal(brief(await once(here, pipeline, { run: 'run-2' }), 'j'), 'suspended')
      assert.equal(here.count('again'), 1)
    })
  }

  it('runs a job again with what it gives it now, which may differ under the same signature', async () => {
    const here = world()
    const ask = here.types.get('ask')
    assert(ask)
    here.types.set('drift', { ...ask, type: 'drift', kind: { ...ask.kind, volatile: false } })
    const pipeline = pipe([mod('a', 'drift'), mod('j', 'job', { a: from('a') })])
    await once(here, pipeline)
    const key = here.end('j')
    here.said = 2
    await once(here, pipeline, { run: 'run-2', fresh: ['a'] })
    const run = here.jobs.get(key)?.spec.run
    assert.deepEqual([here.count('again'), run?.kind === 'script' && run.script], [1, 'a=2'])
  })

  it('runs a job again whose files are gone, once, whoever needs them', async () => {
    const here = world()
    const pipeline = pipe([mod('j', 'job'), mod('same', 'job'), mod('z', 'join', { j: from('j') })])
    await once(here, pipeline)
    here.gone.add(here.end('same'))
    const steps = await planOf(here, pipeline)
    assert.deepEqual(
      steps.map(({ step, why }) => [step, why]),
      [
        ['await', 'the same as same, which runs once'],
        ['submit', 'files that it made are no longer kept'],
        ['run', 'no result is known under its signature'],
      ],
    )
    await once(here, pipeline)
    here.end('same')
    const last = await once(here, pipeline)
    assert.deepEqual([brief(last, 'same'), brief(last, 'z')], ['done collected', 'done computed'])
    assert.deepEqual([here.count('submit'), here.count('again')], [1, 1])
  })

  it('fails by a job that may still run, so that it goes on when that is given up (J2)', async () => {
    const here = world()
    const pipeline = pipe([mod('j', 'job')])
    await once(here, pipeline)
    const key = here.end('j', 'lost')
    const around = await surroundings(here, { run: 'run-2' })
    const again = () => Promise.reject(new AbeyanceError('job-lost', 'it may still run'))
    const run = execution({ ...around, again }, { ...whole, graph: unfold(pipeline, {}, around) })
    await run.round()
    const outcome = outcomeOf(run, 'j')
    assert(outcome.kind === 'failed')
    assert.deepEqual([outcome.error.code, outcome.job, outcome.attempt], ['job-lost', key, 1])
  })

  it('adopts a job that another run started (R5)', async () => {
    const here = world()
    const pipeline = pipe([mod('j', 'job')])
    await once(here, pipeline)
    const second = await once(here, pipeline, { run: 'run-2' })
    assert.equal(brief(second, 'j'), 'suspended')
    assert.equal(here.count('submit'), 1)
  })

  it('keeps the job succeeded when collect throws, and mending it costs a collect only (R6)', async () => {
    const here = world()
    const pipeline = pipe([mod('j', 'job')])
    const run = await once(here, pipeline)
    here.broken = true
    run.wake(here.end('j'))
    await run.round()
    assert.equal(brief(run, 'j'), 'failed collect-failed')
    here.broken = false
    assert.equal(brief(await once(here, pipeline), 'j'), 'failed collect-failed', 'not by itself')
    await here.store.put([outcomeEntry(runId('run-1'), modulePath('j'), undefined)])
    assert.equal(brief(await once(here, pipeline), 'j'), 'done collected')
    assert.deepEqual([here.count('submit'), here.count('again')], [1, 0])
  })
})

describe('a wait', () => {
  it('until a time is over when it comes, counted from when the run first came to it (R10)', async () => {
    const here = world()
    const pipeline = pipe([mod('u', 'until', { after: '10m' }), mod('z', 'join', { u: from('u', 'time') })])
    const run = await once(here, pipeline)
    assert.deepEqual([brief(run, 'u'), brief(run, 'z')], ['suspended', 'waiting u'])
    here.now = 599_000
    assert.equal(brief(await once(here, pipeline), 'u'), 'suspended', 'a restart does not start it anew')
    here.now = 600_000
    const last = await once(here, pipeline)
    assert.equal(valueOf(last, 'z'), 'u="1970-01-01T00:10:00.000Z"')
  })

  it('for a file gives it once it is there, when it is woken (R10)', async () => {
    const here = world()
    const pipeline = pipe([mod('f', 'file', { path: '/data' })])
    const run = await start(here, pipeline)
    await run.round()
    const outcome = outcomeOf(run, 'f')
    assert(outcome.kind === 'suspended' && outcome.on.kind === 'file')
    here.files.add('/data')
    run.wake(outcome.on.key)
    await run.round()
    assert.equal(brief(run, 'f'), 'done computed')
  })
})
