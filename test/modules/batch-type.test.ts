import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { JsonObject } from '../../src/core/json.ts'
import { batchType } from '../../src/modules/batch-type.ts'
import { batch } from '../../src/modules/command.ts'
import type { OutputPort } from '../../src/pipeline/connection.ts'
import { file } from '../../src/pipeline/ports.ts'
import type { FileValue } from '../../src/pipeline/value.ts'
import { pipeline } from '../../src/pipeline/pipeline-builder.ts'
import { keepFile } from '../../src/testing/trial-contexts.ts'
import { moduleTypeSuite } from '../../src/testing/index.ts'
import { checkDocument, readPipeline, toDocument } from '../../src/workspace/documents.ts'

const text = '#!/bin/sh\n#SBATCH --time=5\nsort "$data" >out.txt\n'

describe('the module type batch', () => {
  moduleTypeSuite({ test: it }, batchType, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'abeyance-batch-'))
    await writeFile(join(folder, 'sort.sbatch'), text)
    const script = await keepFile(folder, join(folder, 'sort.sbatch'))
    const parameters = { outputs: { sorted: 'out.txt' } }
    return { inputs: { script, data: 'a' }, parameters, folder, close: () => rm(folder, { recursive: true }) }
  })

  const specOf = (inputs: JsonObject, parameters: JsonObject) => {
    assert(batchType.act.kind === 'job')
    return batchType.act.job(inputs, { parameters, settings: {} }).spec
  }

  it('gives the script as it is, and the other inputs as variables', () => {
    const { run, variables } = specOf({ data: 'a b' }, { script: text, arguments: ['$data'] })
    assert.deepEqual(run, { kind: 'batch', script: text, arguments: [['a b']] })
    assert.deepEqual(variables, { data: ['a b'] })
  })

  it('asks for a script', () => {
    assert.throws(() => specOf({}, {}), /a batch needs its `script`/)
  })

  it('is the same as a document and in TypeScript', async () => {
    const sort = batch({ script: text, inputs: { data: file }, outputs: { sorted: 'out.txt' } })
    const built = pipeline('sorting', { data: file }, ({ add }, { data }) =>
      add('sort', sort, { data }, { destination: 'hpc' }),
    )
    const yaml = await toDocument(built, 'yaml')
    assert.match(yaml, /type: batch\n(?:.*\n)* {4}script: \|\n {6}#!\/bin\/sh/)
    const folder = await mkdtemp(join(tmpdir(), 'abeyance-batch-'))
    await writeFile(join(folder, 'sorting.yaml'), yaml)
    const { modules } = await readPipeline(join(folder, 'sorting.yaml'))
    await rm(folder, { recursive: true })
    assert.deepEqual(JSON.parse(JSON.stringify(modules)), JSON.parse(JSON.stringify(built.modules)))
  })

  it('gives each output its type', () => {
    const print = batch({
      inputs: { script: file },
      outputs: { said: { stream: 'stdout', as: 'text' }, errors: { stream: 'stderr' } },
    })
    const printing = pipeline('printing', { script: file }, ({ add }, given) => {
      const { said, errors } = add('print', print, given)
      const text: OutputPort<string> = said
      const stream: OutputPort<FileValue> = errors
      return { text, stream }
    })
    assert.deepEqual(batchType.kind.ports(printing.modules[0]?.parameters ?? {}).outputs, {
      said: 'string',
      errors: 'file',
    })
  })

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['without a script', 'outputs: {}', /there is no batch script.*`script:`/],
    ['with two', 'script: a\n    inputs: { script: b }', /its script is given twice/],
    ['with a command', 'script: a\n    command: [ls]', /no `command`/],
    ['with a shell', 'script: a\n    shell: sh', /`shell` means nothing to a `batch`/],
    ['with a directive that is not its own to say', 'script: "#SBATCH -J mine"', /line 1 .*leave `-J` out/],
    ['with a slip in a key', 'script: a\n    outptus: {}', /no key `outptus`.*outputs/],
    [
      'with a word that names no input',
      'script: a\n    inputs: { data: b }\n    arguments: [$dta]',
      /`\$dta` is no input.*data/,
    ],
  ]
  for (const [what, lines, message] of wrong)
    it(`is told as wrong ${what}`, async () => {
      const problems = await checkDocument(
        `abeyance: 1\nname: x\nmodules:\n  m:\n    type: batch\n    ${lines}\n`,
      )
      assert.match(problems.map((one) => `${one.message}; ${one.hint ?? ''}`).join('\n'), message)
    })
})
