import assert from 'node:assert/strict'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { isAbeyanceError } from '../../src/core/error.ts'
import { digestValue } from '../../src/signatures/digest-value.ts'
import { plainForm } from '../../src/signatures/plain-form.ts'

const json = fc.jsonValue({ maxDepth: 4 })
const digestOf = (value: unknown) => digestValue(value as never)

describe('digestValue', () => {
  it('is the same for equal JSON whatever the order of keys, and another for other JSON (S1)', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        assert.equal(digestOf(a), digestOf(reversed(a)))
        assert.equal(digestOf(a) === digestOf(b), canonicalize(a) === canonicalize(b))
      }),
    )
  })

  it('signs plain JSON as RFC 8785 spells it where no key begins with @', () => {
    const value = { b: [1e21, 0.1, -0], a: { é: 'x' } }
    assert.equal(canonicalize(plainForm(value)), canonicalize(value))
  })

  it('never signs plain JSON as a file, however it looks (S3)', () => {
    const file = { kind: 'file', name: 'a', size: 1, digest: 'd'.repeat(64), at: { kind: 'workspace' } }
    fc.assert(fc.property(json, (value) => assert.notEqual(digestOf(value), digestOf(file))))
    let lookalike: unknown = plainForm(file)
    for (let depth = 0; depth < 3; depth++) {
      assert.notEqual(digestOf(lookalike), digestOf(file))
      lookalike = plainForm(lookalike)
    }
    assert.notEqual(digestOf({ ...file, extra: 1 }), digestOf(file), 'an extra key is not lost')
  })

  const cycle: Record<string, unknown> = {}
  cycle['self'] = [cycle]
  const refused: readonly [string, unknown][] = [
    ['NaN', Number.NaN],
    ['an infinite number', Infinity],
    ['a bigint', 1n],
    ['undefined', undefined],
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['a function', () => 1],
    ['an object with toJSON', { toJSON: () => 1 }],
    ['half a surrogate pair', 'a\ud800'],
    ['a key with half a surrogate pair', { '\udc00': 1 }],
    ['a hole in a list', Array.from({ length: 1 })],
    ['a key that is a symbol', { [Symbol('s')]: 1 }],
    ['a cycle', cycle],
  ]
  for (const [name, bad] of refused)
    it(`refuses ${name} and says where it is (F12)`, () => {
      assert.throws(
        () => digestValue({ x: [0, { y: bad }] } as never, 'inputs'),
        (error) => isAbeyanceError(error, 'invalid-value') && error.message.startsWith('inputs.x[1].y'),
      )
    })
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}
