import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { lastLinesFrom } from '../../../src/cli/logs/last-lines-from.ts'
import type { LogSource } from '../../../src/cli/logs/log-source.ts'

/** A stream with this text, given in chunks of some bytes, that says what it leaves out. */
function sourceOf(text: string): LogSource & { readonly asked: number[] } {
  const bytes = Buffer.from(text)
  const asked: number[] = []
  return {
    asked,
    async read(from, take) {
      const last = typeof from === 'object' && 'last' in from ? from.last : bytes.length
      asked.push(last)
      const begin = Math.max(0, bytes.length - last)
      if (begin > 0) await take({ kind: 'skipped', stream: 'stdout', offset: 0, length: begin })
      for (let at = begin; at < bytes.length; at += 10_000)
        await take({ kind: 'chunk', stream: 'stdout', offset: at, bytes: bytes.subarray(at, at + 10_000) })
    },
  }
}

describe('lastLinesFrom', () => {
  const cases: readonly (readonly [text: string, lines: number, from: object | string])[] = [
    ['', 2, 'start'],
    ['a\nb\nc\n', 2, { offset: 2 }],
    ['a\nb\nc', 2, { offset: 2 }],
    ['a\nb\nc\n', 3, { offset: 0 }],
    ['a\nb\nc\n', 9, { offset: 0 }],
    ['a\nb\nc\n', 0, { offset: 6 }],
    ['\n\n\n', 1, { offset: 2 }],
  ]
  for (const [text, lines, from] of cases)
    it(`finds the last ${lines} of ${JSON.stringify(text)}`, async () => {
      assert.deepEqual(await lastLinesFrom(sourceOf(text), lines), from)
    })

  it('reads no more of a large stream than it must', async () => {
    const source = sourceOf(`${'x'.repeat(99)}\n`.repeat(20_000))
    assert.deepEqual(await lastLinesFrom(source, 1000), { offset: 1_900_000 })
    assert.deepEqual(source.asked, [65_536, 131_072])
  })
})
