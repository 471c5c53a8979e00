import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { keptBytes, logBuffer, type LogBuffer } from '../../../src/web/page/log/log-buffer.ts'

const utf8 = new TextEncoder()

function rowsOf(buffer: LogBuffer): readonly string[] {
  return Array.from({ length: buffer.rows }, (_, index) => buffer.row(index).text)
}

describe('the buffer of a log', () => {
  it('gives the file, byte for byte, however its chunks are cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }).map((text) => text.replaceAll('x', '\n')),
        fc.array(fc.nat(40), { maxLength: 30 }),
        (text, cuts) => {
          const bytes = utf8.encode(text)
          const buffer = logBuffer()
          let at = 0
          for (const length of [...cuts, bytes.length]) {
            buffer.append(at, bytes.subarray(at, at + length), 1)
            at = Math.min(bytes.length, at + length)
          }
          assert.equal(rowsOf(buffer).join(''), text)
        },
      ),
    )
  })

  it('shows no half of a character that is still to come, and the whole when it came', () => {
    const bytes = utf8.encode('ok 🧬')
    const buffer = logBuffer()
    buffer.append(0, bytes.subarray(0, 5), 1)
    assert.deepEqual(rowsOf(buffer), ['ok '])
    buffer.append(5, bytes.subarray(5), 2)
    assert.deepEqual(rowsOf(buffer), ['ok 🧬'])
  })

  it('shows bytes that are no text as such, without losing the rows around', () => {
    const buffer = logBuffer()
    buffer.append(0, new Uint8Array([97, 10, 0xff, 0xfe, 10, 98]), 1)
    assert.deepEqual(rowsOf(buffer), ['a\n', '\uFFFD\uFFFD\n', 'b'])
  })

  it('passes over bytes that it has already, as after a reconnect', () => {
    const buffer = logBuffer()
    buffer.append(0, utf8.encode('one\ntwo\n'), 1)
    buffer.append(4, utf8.encode('two\nthree\n'), 2)
    assert.deepEqual(rowsOf(buffer), ['one\n', 'two\n', 'three\n'])
  })

  it('begins anew behind a hole', () => {
    const buffer = logBuffer()
    buffer.append(0, utf8.encode('one\n'), 1)
    buffer.append(100, utf8.encode('later\n'), 2)
    assert.equal(buffer.start, 100)
    assert.deepEqual(rowsOf(buffer), ['later\n'])
  })

  it('joins a line and a character that were cut where the tail began', () => {
    const bytes = utf8.encode('first\nzwei 🧬 drei\nlast\n')
    const cut = utf8.encode('first\nzwei ').length + 2
    const buffer = logBuffer()
    buffer.append(cut, bytes.subarray(cut), 1)
    assert.deepEqual(rowsOf(buffer), [' drei\n', 'last\n'])
    assert.equal(buffer.prepend(bytes.subarray(0, cut)), 1)
    assert.deepEqual(rowsOf(buffer), ['first\n', 'zwei 🧬 drei\n', 'last\n'])
  })

  it('breaks a line without end into rows, never within a character', () => {
    const text = `a${'🧬'.repeat(5000)}`
    const bytes = utf8.encode(text)
    const buffer = logBuffer()
    for (let at = 0; at < bytes.length; at += 1001) buffer.append(at, bytes.subarray(at, at + 1001), 1)
    assert.ok(buffer.rows >= 4, `${buffer.rows} rows`)
    assert.equal(rowsOf(buffer).join(''), text)
    assert.ok(!rowsOf(buffer).join('').includes('\uFFFD'))
  })

  it('keeps the newest of a log without end, in bounded memory, and whole rows', () => {
    const buffer = logBuffer()
    const line = utf8.encode(`${'x'.repeat(99)}\n`)
    const chunk = new Uint8Array(65_500)
    for (let at = 0; at < chunk.length; at += line.length) chunk.set(line, at)
    const chunks = Math.ceil((keptBytes * 3) / chunk.length)
    for (let index = 0; index < chunks; index += 1) {
      buffer.append(buffer.end, chunk, index)
      buffer.trim()
      assert.ok(buffer.end - buffer.start <= keptBytes + 512 * 1024)
    }
    assert.equal(buffer.end, chunks * chunk.length)
    assert.ok(buffer.end - buffer.start > keptBytes / 2)
    assert.equal(buffer.row(0).text, `${'x'.repeat(99)}\n`)
    assert.equal(buffer.row(buffer.rows - 1).offset, buffer.end - 100)
  })

  it('says of each row when it came', () => {
    const buffer = logBuffer()
    buffer.append(0, utf8.encode('one\ntw'), 10)
    buffer.append(6, utf8.encode('o\nthree'), 20)
    assert.deepEqual([0, 1, 2].map(buffer.timeOf), [10, 10, 20])
  })
})
