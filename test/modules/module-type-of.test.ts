import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { digest } from '../../src/core/ids.ts'
import { command } from '../../src/modules/command.ts'
import { moduleType } from '../../src/modules/module-type-of.ts'
import { pipeline } from '../../src/pipeline/pipeline-builder.ts'
import { file, list } from '../../src/pipeline/ports.ts'
import type { FileValue } from '../../src/pipeline/value.ts'

const reads: FileValue = {
  kind: 'file',
  name: 'r.fq',
  size: 1,
  digest: digest('a'.repeat(64)),
  at: {
    kind: 'path',
    path: '/r.fq',
  },
}
const align = moduleType({
  type: 'acme/align',
  version: 3,
  same: [2],
  inputs: { reads: file, preset: z.enum(['short', 'long']).default('short') },
  outputs: { bam: file, mapped: z.number().int() },
  job: ({ reads, preset }) => ({
    command: ['minimap2', '$preset', preset, ['--in=', reads]],
    outputs: { bam: 'out.bam', report: { text: 'mapped.txt' } },
    resources: { cores: 8 },
    logs: { tail: '9 B', chunk: '9 B' },
  }),
  collect: async ({ files }) => ({ mapped: Number(await files.text('report')) }),
})

describe('a module type', () => {
  it('says its ports and versions', () => {
    assert.deepEqual(align.kind.ports({}), {
      inputs: { reads: { type: 'file' }, preset: { type: 'string', optional: true } },
      outputs: { bam: 'file', mapped: 'integer' },
    })
    assert.deepEqual([align.kind.version, align.kind.same], [3, [2]])
  })

  it('fills in defaults, and names every fault with its port (P2)', async () => {
    assert.deepEqual(await align.checkInputs({ reads }), { reads, preset: 'short' })
    await assert.rejects(
      align.checkInputs({ reads: 1, preset: 'x' }),
      /input reads: expected a file; input preset: .*short/,
    )
    await assert.rejects(align.checkInputs({ reads, raeds: 1 }), /input raeds: is not declared/)
  })

  it('names the path inside a value (P2)', async () => {
    const inner = moduleType({
      type: 'inner',
      version: 1,
      outputs: {},
      inputs: { all: list(z.object({ n: z.number() })) },
      compute: () => Promise.resolve({}),
    })
    await assert.rejects(inner.checkInputs({ all: [{ n: 1 }, { n: 'x' }] }), /input all\.1\.n: .*number/)
  })

  it('takes the words of a job literally, stages its files and joins arrays into one word', () => {
    assert(align.act.kind === 'job')
    const { spec, settings } = align.act.job(
      { reads, preset: 'long' },
      { parameters: {}, settings: { resources: { memory: '1 GiB' }, logs: { chunk: '1 KiB' } } },
    )
    assert.deepEqual(spec.run, {
      kind: 'command',
      words: [['minimap2'], ['$preset'], ['long'], ['--in=', { staged: `_/${'a'.repeat(16)}/r.fq` }]],
    })
    assert.deepEqual(settings.resources, { cores: 8, memory: '1 GiB' })
    assert.deepEqual(settings.logs, { tail: '9 B', chunk: '1 KiB' })
  })

  it('needs every declared output, and leaves out what a job declares for its collect alone', async () => {
    assert.deepEqual(await align.checkOutputs({ bam: reads, report: '4', mapped: 4 }, {}), {
      bam: reads,
      mapped: 4,
    })
    await assert.rejects(align.checkOutputs({ bam: reads }, {}), /output mapped: /)
  })
})

describe('command()', () => {
  it('has the parameters that its document would have', () => {
    const gel = command({
      inputs: { tables: list(file) },
      command: ['gel', '$tables'],
      outputs: { picture: 'gel.svg', stats: { json: 's.json', schema: z.object({ n: z.number() }) } },
      resources: { cores: 2 },
      logs: { perJob: '1 GiB' },
    })
    const built = pipeline('p', { tables: list(file) }, ({ add }, { tables }) => ({
      picture: add('gel', gel, { tables }).picture,
    }))
    const [module] = built.modules
    assert.equal(module?.type, 'command')
    assert.deepEqual(module?.settings, { resources: { cores: 2 }, logs: { perJob: '1 GiB' } })
    assert.deepEqual(Object.keys(module?.parameters ?? {}), ['command', 'outputs'])
    assert.deepEqual(JSON.parse(JSON.stringify(module?.parameters)), module?.parameters)
  })
})
