import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { byteSize } from '../../src/core/byte-size.ts'
import { memorySize } from '../../src/core/memory-size.ts'

describe('byteSize', () => {
  const sizes: readonly (readonly [text: string, bytes: number])[] = [
    ['7 B', 7],
    ['64 KiB', 65_536],
    ['1.5MiB', 1_572_864],
    ['2 GB', 2_000_000_000],
    ['1 TiB', 2 ** 40],
    ['0.3 B', 1],
  ]
  for (const [text, bytes] of sizes) it(`reads ${text}`, () => assert.equal(byteSize(text), bytes))

  for (const text of ['', '64', '64 k', 'KiB', '-1 B', '1 iB', '1e3 B', '1 KiB '])
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(() => byteSize(text), {
        code: 'invalid-value',
        message: /is no size; write it as 64 KiB/,
      }))
})

describe('memorySize', () => {
  it('gives whole MiB, rounded up', () => {
    assert.deepEqual(['24 GiB', '512MB', '1 KiB'].map(memorySize), [24_576, 489, 1])
  })
})
