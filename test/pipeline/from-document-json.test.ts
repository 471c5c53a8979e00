import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { fromDocumentJson } from '../../src/pipeline/from-document-json.ts'
import { readDocumentOrThrow } from '../../src/pipeline/read-document.ts'
import { catalog } from './kinds.ts'

describe('a document of a later format', () => {
  const said = {
    code: 'newer-format',
    message: /format 2, and this version of abeyance reads up to format 1; update abeyance/,
  }
  it('is refused with both versions named', async () => {
    assert.throws(() => fromDocumentJson({ abeyance: 2 }, catalog), said)
    await assert.rejects(readDocumentOrThrow('abeyance: 2\nnew: thing\n', { catalog }), said)
  })
})

describe('fromDocumentJson', () => {
  it('reads a run whose module types nobody knows any more', () => {
    const pipeline = fromDocumentJson(
      { abeyance: 1, name: 'x', modules: { a: { type: 'gone', version: 3 } } },
      new Map(),
    )
    assert.deepEqual(pipeline.modules[0], {
      id: 'a',
      type: 'gone',
      version: 3,
      parameters: {},
      inputs: {},
      settings: {},
    })
  })

  it('says what no version of ours wrote', () => {
    assert.throws(() => fromDocumentJson({ abeyance: 1, modules: { a: 3 } }, catalog), {
      code: 'invalid-pipeline',
      message: /modules\.a: module `a` must be a mapping/,
    })
  })

  it('names no file where JSON only looks like one', () => {
    const pipeline = fromDocumentJson(
      { abeyance: 1, modules: { a: { type: 'x', inputs: { p: { $literal: { file: '/etc/passwd' } } } } } },
      catalog,
    )
    assert.deepEqual(pipeline.modules[0]?.inputs.p, { kind: 'given', given: { file: '/etc/passwd' } })
  })
})

describe('readDocumentOrThrow', () => {
  it('throws one error with all problems, as text and as data', async () => {
    await assert.rejects(
      readDocumentOrThrow('abeyance: 1\nnam: x\nmodules: { a: {} }\n', { catalog, file: 'x.yaml' }),
      (error: unknown) => {
        assert.ok(error instanceof Error && 'code' in error && 'details' in error)
        assert.equal(error.code, 'invalid-pipeline')
        assert.match(error.message, /^x\.yaml:2:1 .*\nx\.yaml:3:12 /)
        assert.equal(JSON.stringify(error.details).match(/"code"/g)?.length, 2)
        return true
      },
    )
  })
})
