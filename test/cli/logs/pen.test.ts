import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { openPen, type PenOptions } from '../../../src/cli/logs/pen.ts'

/** What a pen writes of these pieces. */
async function written(
  pieces: readonly (string | Uint8Array)[],
  options: Partial<PenOptions> = {},
): Promise<string> {
  const all: Uint8Array[] = []
  const write = (bytes: Uint8Array) => {
    all.push(bytes)
    return Promise.resolve()
  }
  const pen = openPen({ write, colours: false, ...options })
  for (const piece of pieces) await pen.take(typeof piece === 'string' ? Buffer.from(piece) : piece)
  await pen.end()
  return Buffer.concat(all).toString('utf8')
}

describe('openPen', () => {
  it('puts the name before each line, also of one that comes in pieces or has no end', async () => {
    assert.equal(
      await written(['one\ntw', 'o\n\nthree'], { prefix: 'a | ' }),
      'a | one\na | two\na | \na | three\n',
    )
  })

  it('puts a letter together that is split over chunks', async () => {
    const bytes = Buffer.from('😀\n')
    assert.equal(await written([bytes.subarray(0, 2), bytes.subarray(2)]), '😀\n')
    assert.equal(await written([bytes.subarray(0, 2), bytes.subarray(2)], { prefix: '> ' }), '> 😀\n')
  })

  it('shows of a line that was written over what a terminal would, behind its name', async () => {
    assert.equal(await written(['10 %\r50 %\r100 %\r\n'], { prefix: 'a | ' }), 'a | 100 %\n')
    assert.equal(await written(['10 %\r', '50 %']), '10 %\r50 %')
  })

  it('ends the colours of each line with it, so that the next name has its own', async () => {
    const lines = await written(['\u001b[31mred\nplain\n'], { prefix: 'a | ', colours: true })
    assert.equal(lines, 'a | \u001b[31mred\u001b[0m\na | plain\n')
    assert.equal(await written(['\u001b[31mred'], { colours: true }), '\u001b[31mred\u001b[0m')
    assert.equal(await written(['\u001b[31mred']), 'red')
  })

  it('writes a line that never ends in parts', async () => {
    const lines = (await written(['x'.repeat(200_000)], { prefix: 'a | ' })).split('\n')
    assert.ok(lines.every((line) => line.length < 200_100))
    assert.equal(lines.join('').replaceAll('a | ', '').length, 200_000)
  })

  it('says when a line came here where it is asked to', async () => {
    assert.match(await written(['one\n'], { now: () => 0 }), /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} one\n$/)
  })
})
