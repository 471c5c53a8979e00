import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, describe, it } from 'mocha'
import type { FlatModule } from '../../src/pipeline/graph.ts'
import type { Value } from '../../src/pipeline/value.ts'
import { digestValue } from '../../src/signatures/digest-value.ts'
import { signGraph } from '../../src/signatures/sign-graph.ts'
import { signModule, type ModuleParts } from '../../src/signatures/sign-module.ts'
import { catalogOf, graphOf, knowing } from './graphs.ts'

// To print new ones on purpose, with `format` in sign-module.ts counted up: PRINT_VECTORS=1 npx mocha test/signatures/vectors.test.ts
const path = new URL('../../fixtures/signature-vectors.json', import.meta.url)
const printing = process.env['PRINT_VECTORS'] === '1'

interface Vectors {
  readonly values: { readonly name: string; readonly json: string; digest: string }[]
  readonly modules: { readonly name: string; readonly parts: ModuleParts; signature: string }[]
  readonly graphs: {
    readonly name: string
    readonly modules: readonly FlatModule[]
    readonly said?: Readonly<Record<string, Readonly<Record<string, Value>>>>
    signatures: Record<string, unknown>
  }[]
}

describe('the committed signature vectors', () => {
  const vectors: Vectors = JSON.parse(readFileSync(path, 'utf8'))
  const catalog = catalogOf({
    command: {},
    clock: { volatile: true },
    same: { version: 3, same: [1, 2] },
  })

  for (const vector of vectors.values)
    it(`digests ${vector.name}`, () => {
      const digest = digestValue(JSON.parse(vector.json))
      if (printing) vector.digest = digest
      assert.equal(digest, vector.digest)
    })

  for (const vector of vectors.modules)
    it(`signs ${vector.name}`, () => {
      const signature = signModule(vector.parts)
      if (printing) vector.signature = signature
      assert.equal(signature, vector.signature)
    })

  for (const vector of vectors.graphs)
    it(`signs ${vector.name}, in a graph`, () => {
      const signed = signGraph(graphOf(...vector.modules), knowing(catalog, vector.said))
      const signatures = Object.fromEntries([...signed].map(([at, { signature }]) => [at, signature]))
      if (printing) vector.signatures = signatures
      assert.deepEqual(signatures, vector.signatures)
    })

  it('tells every value and every module apart that differs, and no other', () => {
    const alike = new Set([
      'minus zero is zero',
      'the same keys in another',
      'the file elsewhere, of other claimed size',
    ])
    const all = [
      ...vectors.values.filter(({ name }) => !alike.has(name)).map(({ digest }) => digest),
      ...vectors.modules.map(({ signature }) => signature),
    ]
    assert.equal(new Set(all).size, all.length)
    assert.equal(new Set(vectors.values.map(({ digest }) => digest)).size, vectors.values.length - alike.size)
  })

  after(() => {
    if (printing) writeFileSync(path, `${JSON.stringify(vectors, undefined, 2)}\n`)
  })
})
