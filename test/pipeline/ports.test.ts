import assert from 'node:assert/strict'
import { pathToFileURL } from 'node:url'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { digest } from '../../src/core/ids.ts'
import { file, folder, isOptional, list, portTypeOf, type Schema } from '../../src/pipeline/ports.ts'
import type { FileValue } from '../../src/pipeline/value.ts'

const value: FileValue = { kind: 'file', name: 'a', size: 1, digest: digest('0'), at: { kind: 'workspace' } }
const later: Schema = {
  '~standard': {
    version: 1,
    vendor: 'other',
    validate: (one) => Promise.resolve(one === 1 ? { value: one } : { issues: [{ message: 'not one' }] }),
  },
}

describe('ports', () => {
  for (const [schema, type] of [
    [file, 'file'],
    [folder, 'folder'],
    [list(file), ['file']],
    [list(list(z.string())), [['string']]],
    [z.string(), 'string'],
    [z.enum(['a', 'b']), 'string'],
    [z.enum(['a', 'b']).default('a'), 'string'],
    [z.number(), 'number'],
    [z.int(), 'integer'],
    [z.boolean().optional(), 'boolean'],
    [z.array(z.int()), ['integer']],
    [z.array(z.any()), ['json']],
    [z.object({ a: z.string() }), 'json'],
    [z.union([z.string(), z.number()]), 'json'],
    [z.date(), 'json'],
    [later, 'json'],
  ] as const)
    it(`are ${JSON.stringify(type)} where their schema says so`, () => {
      assert.deepEqual(portTypeOf(schema), type)
    })

  it('may be left out where their schema takes nothing', () => {
    assert.deepEqual(
      [z.string().optional(), z.int().default(1), z.string(), file, list(file), later].map(isOptional),
      [true, true, false, false, false, false],
    )
  })

  it('check files, folders and lists, with the place of what is wrong', async () => {
    assert.deepEqual(await file['~standard'].validate(value), { value })
    assert.deepEqual(await folder['~standard'].validate(value), {
      issues: [{ message: 'expected a folder' }],
    })
    assert.deepEqual(await list(file)['~standard'].validate([value]), { value: [value] })
    assert.deepEqual(await list(list(file))['~standard'].validate([[value], [value, 'x']]), {
      issues: [{ message: 'expected a file', path: [1, 1] }],
    })
    assert.deepEqual(await list(file)['~standard'].validate('x'), {
      issues: [{ message: 'expected a list' }],
    })
  })

  it('check lists of what is checked later', async () => {
    assert.deepEqual(await list(later)['~standard'].validate([1, 1]), { value: [1, 1] })
    assert.deepEqual(await list(later)['~standard'].validate([1, 2]), {
      issues: [{ message: 'not one', path: [1] }],
    })
  })

  it('name files by path or URL, in a way that JSON cannot', () => {
    assert.deepEqual(file(pathToFileURL('/a b/c')), file('/a b/c'))
    assert.notDeepEqual(file('a'), { file: 'a' })
    assert.equal(
      JSON.stringify(file('a', { at: 'hpc', sign: 'stat' })),
      '{"file":"a","at":"hpc","sign":"stat"}',
    )
    assert.equal(JSON.stringify(folder('a')), '{"folder":"a"}')
  })
})
