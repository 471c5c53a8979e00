import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { digest, signature } from '../../src/core/ids.ts'
import { signModule, type ModuleParts, type SourcePrint } from '../../src/signatures/sign-module.ts'
import { signedVersion } from '../../src/signatures/signed-version.ts'

const few = fc.constantFrom('a', 'b', 'c')
const print: fc.Arbitrary<SourcePrint> = fc.letrec<{ print: SourcePrint }>((tie) => ({
  print: fc.oneof(
    { maxDepth: 3 },
    few.map((of) => ({ value: digest(of) })),
    fc.tuple(few, few).map(([of, port]) => ({ signature: signature(of), port })),
    fc.array(tie('print'), { maxLength: 3 }).map((list) => ({ list })),
  ),
})).print
const parts: fc.Arbitrary<ModuleParts> = fc.record({
  type: few,
  version: fc.integer({ min: 1, max: 3 }),
  parameters: fc.dictionary(few, fc.jsonValue({ maxDepth: 2 })) as fc.Arbitrary<ModuleParts['parameters']>,
  inputs: fc.dictionary(few, print, { maxKeys: 2 }),
})

describe('signModule', () => {
  it('signs equal modules alike and others otherwise, whatever the nesting (S1)', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        assert.equal(signModule(a), signModule(structuredClone(a)))
        assert.equal(signModule(a) === signModule(b), canonicalize(a) === canonicalize(b))
      }),
    )
  })

  it('signs otherwise when any one part is another (S1, F13)', () => {
    fc.assert(
      fc.property(parts, print, (a, other) => {
        const changed: ModuleParts[] = [
          { ...a, type: `${a.type}2` },
          { ...a, version: a.version + 1 },
          { ...a, parameters: { ...a.parameters, more: 1 } },
          { ...a, inputs: { ...a.inputs, more: other } },
          { ...a, replicate: 0 },
        ]
        for (const one of changed) assert.notEqual(signModule(one), signModule(a))
      }),
    )
  })

  it('counts the order of connections, and tells a list of one from its source (F9)', () => {
    const base = { type: 'a', version: 1, parameters: {} }
    const sign = (x: SourcePrint) => signModule({ ...base, inputs: { x } })
    fc.assert(
      fc.property(print, print, (a, b) => {
        assert.equal(sign({ list: [a, b] }) === sign({ list: [b, a] }), isDeepStrictEqual(a, b))
        assert.notEqual(sign({ list: [a] }), sign(a))
      }),
    )
  })

  it('signs the oldest version that means the same (S6)', () => {
    const kind = {
      type: 'a',
      version: 4,
      same: [2, 3],
      ports: () => ({ inputs: 'any', outputs: {} }) as const,
    }
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((version) => signedVersion(version, kind)),
      [1, 2, 2, 2, 5],
    )
    assert.equal(signedVersion(7, undefined), 7)
  })
})
