import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Module } from '../../src/pipeline/pipeline.ts'
import { isFinal } from '../../src/records/job-state.ts'
import { once, planOf, world, type World } from './fakes.ts'
import { brief, from, given, listed, mod, overAll, pipe, rows } from './pipes.ts'

describe('a plan', () => {
  it('says for each module what is done with it', async () => {
    const here = world()
    const pipeline = pipe([
      mod('a', 'give', { of: 1 }),
      mod('j', 'job', { a: from('a') }),
      mod('z', 'join', { j: from('j') }),
      mod('v', 'ask'),
      mod('w', 'job', { v: from('v') }),
      mod('m', 'job', { x: given([1, 2]) }, overAll(['x'])),
      mod('u', 'until', { after: '1m' }),
    ])
    const first = { a: 'run', j: 'submit', z: 'run', v: 'run', w: 'unknown', u: 'wait' }
    assert.deepEqual(rows(await planOf(here, pipeline)), {
      ...first,
      m: 'map',
      'm[0]': 'submit',
      'm[1]': 'submit',
    })
    assert.deepEqual(here.done, [], 'nothing was done')
    await once(here, pipeline)
    const again = rows(await planOf(here, pipeline))
    assert.deepEqual(
      [again['a'], again['j'], again['v'], again['w']],
      ['unneeded', 'await', 'reuse', 'await'],
    )
    assert.equal(rows(await planOf(here, pipeline, { run: 'run-2' }))['j'], 'adopt')
    here.end('j')
    assert.equal(rows(await planOf(here, pipeline))['j'], 'collect')
    await once(here, pipeline)
    assert.equal(rows(await planOf(here, pipeline, { run: 'run-2' }))['z'], 'reuse')
    here.end('m[0]', 'failed')
    assert.equal(rows(await planOf(here, pipeline, { run: 'run-2' }))['m[0]'], 'submit')
  })

  it('takes nothing for unneeded that a module may still ask for', async () => {
    const pipeline = pipe([
      mod('v', 'ask'),
      mod('a', 'give', { of: 1 }),
      mod('z', 'join', { v: from('v'), a: from('a') }),
    ])
    assert.deepEqual(rows(await planOf(world(), pipeline)), { v: 'run', a: 'unknown', z: 'unknown' })
  })

  it('says that what a condition decides is unknown until that is there, and then that it is skipped', async () => {
    const here = world()
    const pipeline = pipe([mod('c', 'give', { of: false }), mod('a', 'job', {}, { when: from('c') })])
    assert.equal(rows(await planOf(here, pipeline))['a'], 'unknown')
    await once(here, pipe([mod('c', 'give', { of: false })]))
    assert.equal(rows(await planOf(here, pipeline))['a'], 'skip')
  })

  it('awaits what an equal module runs afresh, and reads nothing of the attempt before', async () => {
    const here = world()
    const pipeline = pipe([mod('a', 'job'), mod('b', 'job')])
    await once(here, pipeline)
    here.end('a')
    const options = { run: 'run-2', fresh: ['a'] }
    assert.deepEqual(rows(await planOf(here, pipeline, options)), { a: 'submit', b: 'await' })
    const run = await once(here, pipeline, options)
    assert.deepEqual([brief(run, 'a'), brief(run, 'b')], ['suspended', 'suspended'])
  })

  it('is what the run then does, whatever the pipeline and whatever was done before', async () => {
    await fc.assert(
      fc.asyncProperty(
        pipelines,
        fc.array(happening, { maxLength: 6 }),
        fc.boolean(),
        async (modules, before, fresh) => {
          const here = world()
          const pipeline = pipe(modules)
          for (const what of before) await happen(here, what, modules)
          const options = { run: `run-${before.length}`, fresh: fresh ? ['m1'] : [] }
          const steps = await planOf(here, pipeline, options)
          const run = await once(here, pipeline, options)
          for (const { module, step, signature } of steps) {
            const became = brief(run, module)
            // Of equal modules that are all to run, one that comes later has what an earlier one gave.
            const isTwin = steps.some((other) => other.module !== module && other.signature === signature)
            if (step === 'run' && isTwin && became === 'done reused') continue
            assert.match(became, allowed[step] ?? /^$/, `${module} was to ${step} and is ${became}`)
          }
          assert([...run.outcomes().values()].length >= steps.length)
        },
      ),
      { numRuns: 300 },
    )
  })
})

const allowed: Readonly<Record<string, RegExp>> = {
  reuse: /^(done|skipped failure|failed)/,
  collect: /^done (collected|reused)/,
  adopt: /^suspended/,
  await: /^(suspended|waiting|skipped failure)/,
  submit: /^(suspended|waiting|skipped failure)/,
  run: /^(done computed|waiting|failed|skipped failure)/,
  map: /^(done|waiting|failed|skipped failure)/,
  skip: /^(skipped|failed)/,
  unneeded: /^(unneeded|done)/,
  unknown: /./,
}

/** Modules that read only those before them; equal ones come up often. */
const pipelines: fc.Arbitrary<readonly Module[]> = fc
  .array(
    fc.record({
      type: fc.constantFrom('give', 'join', 'job', 'job', 'ask', 'bad'),
      reads: fc.array(fc.nat(), { maxLength: 2 }),
      inList: fc.boolean(),
      when: fc.option(fc.nat(), { freq: 6 }),
      mapped: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((drafts) => [
    mod('yes', 'give', { of: true }),
    mod('no', 'give', { of: false }),
    ...drafts.map(({ type, reads, inList, when, mapped }, index) => {
      const sources = index === 0 ? [] : reads.map((read) => from(`m${read % index}`))
      const inputs =
        inList && sources.length > 0
          ? { l: listed(...sources) }
          : Object.fromEntries(sources.map((source, port) => [`p${port}`, source]))
      const condition = when === null ? {} : { when: from(when % 2 === 0 ? 'yes' : 'no') }
      if (mapped === 0)
        return mod(
          `m${index}`,
          type === 'ask' ? 'give' : type,
          { ...inputs, x: given([1, 2, 1]) },
          { ...overAll(['x']), ...condition },
        )
      return mod(`m${index}`, type, inputs, condition)
    }),
  ])

const happening = fc.record({
  kind: fc.constantFrom('run', 'new run', 'succeeded', 'failed', 'said'),
  n: fc.nat({ max: 3 }),
})

async function happen(
  here: World,
  { kind, n }: { kind: string; n: number },
  modules: readonly Module[],
): Promise<void> {
  if (kind === 'said') here.said = n
  else if (kind === 'run' || kind === 'new run')
    await once(here, pipe(modules), { run: `run-${kind === 'run' ? n : 9}` })
  else {
    const open = [...here.jobs.values()].filter((job) => !isFinal(job.state))
    const job = open[n % Math.max(open.length, 1)]
    if (job) here.end(job.name, kind === 'failed' ? 'failed' : 'succeeded')
  }
}
