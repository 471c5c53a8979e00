import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { countMatches, findLine } from '../../../src/web/page/log/find-line.ts'
import { logBuffer } from '../../../src/web/page/log/log-buffer.ts'
import { linesOf, mergedLines } from '../../../src/web/page/log/log-lines.ts'
import { loadEarlier } from '../../../src/web/page/log/load-earlier.ts'

const utf8 = new TextEncoder()

function bufferOf(...parts: readonly (readonly [text: string, time: number])[]) {
  const buffer = logBuffer()
  for (const [text, time] of parts) buffer.append(buffer.end, utf8.encode(text), time)
  return buffer
}

describe('the lines of a log', () => {
  it('are merged by the time at which they came', () => {
    const merged = mergedLines(
      bufferOf(['out 1\n', 1], ['out 2\n', 5]),
      bufferOf(['err 1\n', 2], ['err 2\n', 3]),
    )
    assert.deepEqual(
      Array.from({ length: merged.length }, (_, index) => merged.row(index).text.trim()),
      ['out 1', 'err 1', 'err 2', 'out 2'],
    )
  })

  it('are found forwards, backwards and once around', () => {
    const lines = linesOf('stdout', bufferOf(['Warning a\nb\nwarning c\n', 1]))
    assert.equal(findLine(lines, 'WARNING', -1, 1), 0)
    assert.equal(findLine(lines, 'warning', 0, 1), 2)
    assert.equal(findLine(lines, 'warning', 2, 1), 0)
    assert.equal(findLine(lines, 'warning', 0, -1), 2)
    assert.equal(findLine(lines, 'nowhere', 0, 1), undefined)
    assert.equal(countMatches(lines, 'warning'), 2)
  })
})

describe('what stands before the tail', () => {
  const whole = utf8.encode(Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join(''))
  const answer = async (_path: string, options?: RequestInit) => {
    const range = new Headers(options?.headers).get('range') ?? ''
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? []
    return new Response(whole.slice(Number(from), Number(to) + 1))
  }

  it('is loaded piece by piece up to the first byte', async () => {
    const buffer = logBuffer()
    const tail = whole.length - 65_536
    buffer.append(tail, whole.subarray(tail), 1)
    for (let tries = 0; tries < 20 && buffer.start > 0; tries += 1)
      assert.equal((await loadEarlier({ fetch: answer }, 'log', buffer)).kind, 'rows')
    assert.equal(buffer.start, 0)
    assert.equal(buffer.rows, 50_000)
    assert.equal(buffer.row(49_999).text, 'line 49999\n')
  })

  it('is said to be left out where the middle of the log is not kept', async () => {
    const buffer = bufferOf()
    buffer.append(1000, utf8.encode('tail\n'), 1)
    const fetch = async () => new Response('', { headers: { 'x-abeyance-skipped': '10-900' } })
    const said = await loadEarlier({ fetch }, 'log', buffer)
    assert.match(said.kind === 'none' ? said.why : '', /not kept/)
  })
})
