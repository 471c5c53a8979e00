import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { askedJob, fitJob } from '../../src/runners/destination-defaults.ts'
import type { JobSpec } from '../../src/runners/job-spec.ts'

describe('fitJob', () => {
  const spec: JobSpec = {
    run: { kind: 'command', words: [['bwa']] },
    staged: [],
    variables: {},
    environment: { THREADS: '8' },
    outputs: {},
    resources: { cores: 8 },
    load: ['bwa/0.7'],
  }
  const small = {
    resources: { cores: 1, memory: '2 GiB' },
    environment: { THREADS: '1', LANG: 'C' },
    load: ['gcc/12', 'bwa/0.7'],
    container: { runtime: 'podman', image: 'tools:1', flags: ['--init'] },
    resubmit: [{ on: ['walltime'], attempts: 2 }],
  } as const

  it('adds what a destination says, and the module wins', () => {
    const fitted = fitJob(spec, askedJob(spec, []), small)
    assert.deepEqual(fitted.spec, {
      ...spec,
      environment: { THREADS: '8', LANG: 'C' },
      resources: { cores: 8, memory: '2 GiB' },
      load: ['gcc/12', 'bwa/0.7'],
      container: 'tools:1',
      runtime: { name: 'podman', flags: ['--init'] },
    })
    assert.deepEqual(fitted.retry, [{ on: ['walltime'], attempts: 2 }])
  })

  it('keeps what the module asked for only where something was added', () => {
    const asked = askedJob(spec, [])
    assert.deepEqual(fitJob(spec, asked, {}), { spec, retry: [] })
    assert.deepEqual(fitJob(spec, asked, small).asked, asked)
  })

  it('begins from what the module asked for on another destination', () => {
    const asked = askedJob(spec, [])
    const there = fitJob(spec, asked, small)
    assert.deepEqual(fitJob(there.spec, asked, {}), { spec, retry: [] })
  })

  it("keeps a module's own image, and runs it by the destination's runtime", () => {
    const own = { ...spec, container: 'bwa:1' }
    const { container, runtime } = fitJob(own, askedJob(own, []), small).spec
    assert.deepEqual([container, runtime?.name], ['bwa:1', 'podman'])
  })

  it('runs nothing in a container where nobody names an image', () => {
    assert.deepEqual(fitJob(spec, askedJob(spec, []), { container: { runtime: 'podman' } }).spec, spec)
  })
})
