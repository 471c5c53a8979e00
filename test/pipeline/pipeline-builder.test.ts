import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { isAbeyanceError } from '../../src/core/error.ts'
import type { OutputPort } from '../../src/pipeline/connection.ts'
import { pipeline } from '../../src/pipeline/pipeline-builder.ts'
import { given, type FileReference } from '../../src/pipeline/pipeline.ts'
import { file, list } from '../../src/pipeline/ports.ts'
import { readDocument } from '../../src/pipeline/read-document.ts'
import type { FileValue } from '../../src/pipeline/value.ts'
import { toDocument } from '../../src/pipeline/write-document.ts'
import { catalog, commandShape } from './kinds.ts'
import { lambdaYaml } from './lambda-yaml.ts'

type File = FileValue | FileReference
const digest = commandShape<{ tool: File; genome: File; enzyme: string }, { fragments: FileValue }>({
  command: ['node', '$tool', '--enzyme', '$enzyme', '$genome'],
  outputs: { fragments: 'fragments.tsv' },
})
const gel = commandShape<{ tool: File; tables: readonly File[] }, { picture: FileValue }>({
  command: ['node', '$tool', '--out', 'gel.svg', '$tables'],
  outputs: { picture: 'gel.svg' },
})
const echo = commandShape<{ value: unknown }, { out: FileValue }>({
  command: ['echo', '$value'],
  outputs: { out: 'o' },
})

const lambda = pipeline(
  'lambda digest',
  { genome: file, enzymes: list(z.string()) },
  ({ add, map }, { genome, enzymes }) => {
    const digests = map('digest', digest, 'enzyme', { tool: file('digest.mjs'), genome, enzyme: enzymes })
    return add('gel', gel, { tool: file('gel.mjs'), tables: digests.fragments })
  },
)

function refusal(build: () => unknown): string {
  try {
    build()
  } catch (error) {
    if (isAbeyanceError(error, 'invalid-pipeline')) return error.message
    throw error
  }
  return assert.fail('nothing was refused')
}

describe('pipeline', () => {
  it('builds the same value as the document that says the same (rule P1)', async () => {
    const read = await readDocument(lambdaYaml.replaceAll(/, default: .*? \}/g, ' }'), { catalog })
    assert.equal(read.kind, 'read')
    if (read.kind === 'read') assert.deepEqual(lambda, read.pipeline)
  })

  it('becomes a document that reads back as the same value', async () => {
    const read = await readDocument(await toDocument(lambda, 'yaml', { catalog }), { catalog })
    assert.deepEqual(read, { kind: 'read', pipeline: lambda })
  })

  it('takes a pipeline as a group, its outputs as ports', () => {
    const outer = pipeline('outer', { genomes: list(file) }, ({ map }, { genomes }) =>
      map('each', lambda, 'genome', { genome: genomes, enzymes: ['EcoRI'] }),
    )
    assert.deepEqual(outer.outputs, { picture: { kind: 'output', module: 'each', port: 'picture' } })
    assert.equal(outer.modules[0]?.group, lambda)
    assert.deepEqual(outer.modules[0]?.map, { over: ['genome'], as: 'zip', onElementFailure: 'fail' })
  })

  it('keeps optional inputs optional, and defaults of schemas', () => {
    const built = pipeline('x', { a: z.string().optional(), b: z.int().default(3) }, ({ add }, { a }) =>
      add('echo', echo, { value: a }),
    )
    assert.deepEqual(built.inputs, {
      a: { type: 'string', optional: true },
      b: { type: 'integer', default: 3 },
    })
  })

  it('says all that the compiler cannot see, each with its place', () => {
    const message = refusal(() =>
      pipeline('x', { Bad: z.string() }, ({ add }, { Bad }) => {
        add('twice', echo, { value: 1 })
        add('no.dots', echo, { value: Bad })
        return add('twice', echo, { value: 2 })
      }),
    )
    assert.match(message, /inputs\.Bad: the input `Bad` must begin with a lower-case letter/)
    assert.match(message, /modules\.twice: there are two modules `twice`; rename one of them/)
    assert.match(message, /the module `no\.dots` must begin/)
  })

  it('refuses an output of another pipeline', () => {
    let foreign: OutputPort<FileValue> | undefined
    pipeline('one', {}, ({ add }) => {
      const out = add('echo', echo, { value: 1 })
      foreign = out.out
      return out
    })
    const message = refusal(() => pipeline('two', {}, ({ add }) => add('echo', echo, { value: foreign })))
    assert.match(message, /echo\.value is given an output of another pipeline/)
  })

  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  for (const [what, value, said] of [
    ['NaN', Number.NaN, /echo\.value is NaN, which JSON cannot hold/],
    ['a function', () => 1, /echo\.value is a function/],
    ['a bigint', 1n, /echo\.value is a bigint/],
    ['a Map', { deep: [new Map()] }, /echo\.value\.deep\[0\] is a Map/],
    ['a cycle', cycle, /echo\.value\.self holds itself/],
    ['undefined in a list', [undefined], /echo\.value\[0\] is undefined/],
  ] as const)
    it(`refuses ${what} with its path (F12)`, () => {
      assert.match(
        refusal(() => pipeline('x', {}, ({ add }) => add('echo', echo, { value }))),
        said,
      )
    })

  it('takes a literal that only looks like a file for plain data', () => {
    const built = pipeline('x', {}, ({ add }) => add('echo', echo, { value: { file: '/etc/passwd' } }))
    const source = built.modules[0]?.inputs.value
    assert.ok(source?.kind === 'given' && typeof source.given === 'object' && source.given !== null)
    assert.ok(!(given in source.given))
  })

  it('gives plain data that cannot be changed', () => {
    assert.ok(
      Object.isFrozen(lambda) && Object.isFrozen(lambda.modules) && lambda.modules.every(Object.isFrozen),
    )
  })
})
