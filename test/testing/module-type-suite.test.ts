import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { AbeyanceError, messageOf } from '../../src/core/error.ts'
import { commandType } from '../../src/modules/command-type.ts'
import type { AnyModuleType, Values } from '../../src/modules/module-type.ts'
import { succeededType } from '../../src/modules/succeeded-type.ts'
import { fileType, untilType } from '../../src/modules/wait-types.ts'
import { moduleTypeSuite, type ModuleTypeSubject } from '../../src/testing/module-type-suite.ts'
import { trial } from '../../src/testing/trial-job.ts'
import { failedQuestions } from './failed-questions.ts'

/** A subject in a new folder, made of what is given. */
function given(rest: (folder: string) => Omit<ModuleTypeSubject, 'folder' | 'close'>) {
  return async (): Promise<ModuleTypeSubject> => {
    const folder = await mkdtemp(join(tmpdir(), 'module-type-'))
    await writeFile(join(folder, 'words.txt'), 'one two three')
    return { ...rest(folder), folder, close: () => rm(folder, { recursive: true }) }
  }
}

describe('the module type `command`', () => {
  const parameters = { command: ['cat', '$text'], outputs: { copy: 'copy.txt', all: { files: '*.txt' } } }
  moduleTypeSuite(
    { test: it },
    commandType,
    given(() => ({ inputs: { text: 'a text' }, parameters })),
  )
})

describe('the module type `succeeded`', () => {
  const failure = { kind: 'element-failure', index: 1, message: 'no' }
  moduleTypeSuite(
    { test: it },
    succeededType,
    given(() => ({ inputs: { of: [1, failure, 2] } })),
  )
})

describe('the module type `until`', () => {
  moduleTypeSuite(
    { test: it },
    untilType,
    given(() => ({ inputs: { after: '10m' } })),
  )
})

describe('the module type `file`', () => {
  moduleTypeSuite(
    { test: it },
    fileType,
    given((folder) => ({ inputs: { path: join(folder, 'words.txt') } })),
  )
})

const passing = (values: Values) => Promise.resolve(values)

/** Counts the words of a text, here. */
const count: AnyModuleType = {
  type: 'test/count',
  version: 1,
  kind: {
    type: 'test/count',
    version: 1,
    ports: () => ({
      inputs: { words: { type: ['string'] } },
      outputs: { number: 'integer', longest: 'string' },
    }),
  },
  act: { kind: 'compute', compute: ({ words }) => passing(measured(words)) },
  async checkInputs(inputs) {
    if (!Array.isArray(inputs['words']))
      throw new AbeyanceError('invalid-value', 'words must be a list of strings')
    return inputs
  },
  checkOutputs: passing,
}

function measured(words: Values[string] | undefined): { number: number; longest: string } {
  const all = Array.isArray(words) ? words.map(String) : []
  return { number: all.length, longest: all.toSorted((a, b) => b.length - a.length)[0] ?? '' }
}

/** Counts the lines of a text, in a job. */
const lines: AnyModuleType = {
  ...count,
  type: 'test/lines',
  kind: {
    ...count.kind,
    type: 'test/lines',
    ports: () => ({ inputs: 'any', outputs: { number: 'integer' } }),
  },
  act: {
    kind: 'job',
    job: () => ({
      spec: trial('wc -l > report', { outputs: { report: { kind: 'text', path: 'report' } } }),
      settings: {},
    }),
    collect: async ({ files }) => ({ number: Number(await files.text('report')) }),
  },
  checkInputs: passing,
}

const counting = given(() => ({ inputs: { words: ['a', 'bcd', 'ef'] }, wrong: { words: 'no list' } }))
const reporting = given(() => ({ inputs: {}, left: { report: '12\n' } }))

describe('a module type that computes', () => {
  moduleTypeSuite({ test: it }, count, counting)
})

describe('a module type with a job', () => {
  moduleTypeSuite({ test: it }, lines, reporting)
})

describe('the module type suite', () => {
  const computing = (compute: (inputs: Values) => Values) =>
    failedQuestions((harness) =>
      moduleTypeSuite(
        harness,
        { ...count, act: { kind: 'compute', compute: (inputs) => passing(compute(inputs)) } },
        counting,
      ),
    )
  const collecting = (act: Partial<Extract<AnyModuleType['act'], { kind: 'job' }>>) =>
    failedQuestions((harness) => {
      if (lines.act.kind === 'job')
        moduleTypeSuite(harness, { ...lines, act: { ...lines.act, ...act } }, reporting)
    })

  it('finds a type that forgets an output', async () => {
    const failed = await computing(({ words }) => ({ number: measured(words).number }))
    assert.deepEqual(failed, ['gives every declared output, and no other'])
  })

  it('finds a type that answers differently each time', async () => {
    let turn = 0
    const failed = await computing(({ words }) => ({ ...measured(words), number: ++turn }))
    assert.deepEqual(failed, ['gives the same outputs for the same inputs'])
  })

  it('finds a type that changes what it is given', async () => {
    const failed = await computing(({ words }) => {
      const answer = measured(words)
      if (Array.isArray(words)) words.reverse()
      return answer
    })
    assert.deepEqual(failed, ['changes nothing of what it is given'])
  })

  it('finds a type that takes a missing file for nothing', async () => {
    const failed = await collecting({
      collect: async ({ files }) => ({ number: Number(await files.text('report').catch(() => '0')) }),
    })
    assert.deepEqual(failed, ['fails on a file that is missing, and names it'])
  })

  it('finds a type that hides which file is missing', async () => {
    const failed = await collecting({
      collect: ({ files }) =>
        files.text('report').then(
          (text) => ({ number: Number(text) }),
          (error: unknown) => {
            throw new AbeyanceError('collect-failed', messageOf(error).slice(0, 8))
          },
        ),
    })
    assert.deepEqual(failed, ['fails on a file that is missing, and names it'])
  })

  it('finds a type whose job is another each time', async () => {
    let turn = 0
    const failed = await collecting({ job: () => ({ spec: trial(`echo ${++turn}`), settings: {} }) })
    assert.deepEqual(failed, ['plans the same job for the same inputs'])
  })

  it('finds a type that collects less than it declares', async () => {
    const failed = await collecting({
      collect: async ({ files }) => ({ count: Number(await files.text('report')) }),
    })
    assert.deepEqual(failed, ['gives every declared output, by the job or from what it left'])
  })
})
