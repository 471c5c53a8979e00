import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { addModule, connect, removeModule, setParam } from '../../src/pipeline/edit.ts'
import type { Module, Pipeline } from '../../src/pipeline/pipeline.ts'
import { file } from '../../src/pipeline/ports.ts'
import { readDocumentOrThrow } from '../../src/pipeline/read-document.ts'
import { catalog } from './kinds.ts'

const text = `abeyance: 1
name: study
inputs: { genome: { type: file, default: a.fa } }
modules:
  fetch: { command: [cat, $genome], inputs: { genome: $genome }, environment: { LANG: C }, outputs: { out: o } }
  clean:
    inputs: { x: $fetch.out }
    group:
      inputs: { x: file, spare: { type: string, optional: true } }
      modules:
        trim: { command: [trim, --quality, $quality, $x], inputs: { x: $x, quality: 20 }, outputs: { out: o } }
        count: { command: [wc, $x], inputs: { x: $x }, outputs: { out: o } }
      outputs: { out: $trim.out }
outputs: { out: $clean.out }
`

describe('editing a pipeline', () => {
  let before: Pipeline
  beforeEach(async () => {
    before = await readDocumentOrThrow(text, { catalog })
  })
  const find = (pipeline: Pipeline | undefined, id: string): Module =>
    pipeline?.modules.find((module) => module.id === id) ?? assert.fail(`no ${id}`)

  it('sets what a port is given, through groups; untouched modules stay the same objects (rule P7)', () => {
    const after = setParam(before, 'clean/trim/quality', 30)
    assert.deepEqual(find(find(after, 'clean').group, 'trim').inputs.quality, { kind: 'given', given: 30 })
    assert.equal(find(after, 'fetch'), find(before, 'fetch'))
    assert.equal(find(find(after, 'clean').group, 'count'), find(find(before, 'clean').group, 'count'))
    assert.deepEqual(find(find(before, 'clean').group, 'trim').inputs.quality, { kind: 'given', given: 20 })
  })

  it('sets a parameter, and what lies deeper in one', () => {
    assert.deepEqual(
      find(setParam(before, 'fetch/container', 'debian:12'), 'fetch').parameters.container,
      'debian:12',
    )
    assert.deepEqual(find(setParam(before, 'fetch/environment.LANG', 'de'), 'fetch').parameters.environment, {
      LANG: 'de',
    })
  })

  it('sets the default of an input of the pipeline', () => {
    assert.deepEqual(setParam(before, 'genome', file('b.fa')).inputs.genome, {
      type: 'file',
      default: file('b.fa'),
    })
  })

  it('connects a port', () => {
    const after = connect(before, 'clean/count/x', { kind: 'output', module: 'trim', port: 'out' })
    assert.deepEqual(find(find(after, 'clean').group, 'count').inputs.x, {
      kind: 'output',
      module: 'trim',
      port: 'out',
    })
  })

  it('adds and removes modules, in groups too', () => {
    const added = addModule(before, { ...find(before, 'fetch'), id: 'again' }, 'clean')
    assert.deepEqual(
      find(added, 'clean').group?.modules.map(({ id }) => id),
      ['trim', 'count', 'again'],
    )
    assert.deepEqual(removeModule(added, 'clean/again'), before)
  })

  for (const [what, edit, message] of [
    [
      'a module that is not there',
      (p) => setParam(p, 'fecth/genome', 1),
      /`study` has no module `fecth`; did you mean `fetch`\?/,
    ],
    [
      'an input of a command that is not there',
      (p) => setParam(p, 'fetch/genom', 1),
      /`fetch` has no input `genom`; did you mean `genome`\?/,
    ],
    [
      'an input of a group that is not there',
      (p) => setParam(p, 'clean/spre', 1),
      /has no input `spre`; did you mean `spare`\?/,
    ],
    [
      'an input of the pipeline that is not there',
      (p) => setParam(p, 'genom', 1),
      /`study` has no input `genom`; did you mean `genome`\?/,
    ],
    [
      'a module taken for a group',
      (p) => setParam(p, 'fetch/x/y', 1),
      /has no group `fetch`: it is a module of the type `command`/,
    ],
    [
      'a file as a parameter',
      (p) => setParam(p, 'fetch/container', file('x')),
      /a parameter of `fetch` cannot be a file/,
    ],
    ['an id in use', (p) => addModule(p, find(p, 'fetch')), /has a module `fetch` already/],
    [
      'removing what is needed',
      (p) => removeModule(p, 'fetch'),
      /still needs `fetch` for clean; connect these/,
    ],
    ['removing what an output needs', (p) => removeModule(p, 'clean'), /still needs `clean` for output out/],
  ] as readonly [string, (pipeline: Pipeline) => Pipeline, RegExp][])
    it(`refuses ${what}`, () => {
      assert.throws(() => edit(before), { code: 'invalid-pipeline', message })
    })
})
