import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { openScreen, type Size } from '../../../src/cli/live/screen.ts'

/** A terminal that understands the few sequences that a screen uses, and fails on any other. */
function terminal(size: Size) {
  const now = { ...size }
  let lines: string[] = []
  let row = 0
  let written = ''
  const obey = (text: string) => {
    written += text
    for (const part of text.split('\u001b').slice(1)) {
      const [, command = '', plain = ''] = /^\[([?0-9;]*[A-Za-z])(.*)$/s.exec(part) ?? assert.fail(part)
      const at = /^(\d+);1H$/.exec(command)
      if (at) {
        row = Number(at[1]) - 1
        lines[row] = plain
        continue
      }
      assert.equal(plain, '', 'text stands only behind its place')
      if (command === 'K') lines[row] = (lines[row] ?? '').trimEnd()
      else if (command === 'J') lines = lines.slice(0, row)
      else if (command === '2J') lines = []
      else assert.match(command, /^\?(1049|25|7|2026)[hl]$/)
    }
  }
  return {
    output: { write: obey, size: () => ({ ...now }) },
    resize: (next: Size) => Object.assign(now, next),
    shown: () => [...lines],
    takeWritten() {
      const before = written
      written = ''
      return before
    },
  }
}

describe('openScreen', () => {
  it('draws lines, then only what differs', () => {
    const it = terminal({ columns: 20, rows: 5 })
    const screen = openScreen(it.output)
    screen.draw(['one', 'two', 'three'])
    assert.deepEqual(it.shown(), ['one', 'two', 'three'])
    it.takeWritten()
    screen.draw(['one', '2', 'three'])
    assert.deepEqual(it.shown(), ['one', '2', 'three'])
    assert.doesNotMatch(it.takeWritten(), /one|three/)
    screen.draw(['one', '2', 'three'])
    assert.equal(it.takeWritten(), '', 'nothing differs, nothing is written')
    screen.draw(['one'])
    assert.deepEqual(it.shown(), ['one'])
  })

  it('draws all anew when the terminal has another size, and never more lines than it has', () => {
    const it = terminal({ columns: 20, rows: 5 })
    const screen = openScreen(it.output)
    screen.draw(['one', 'two', 'three'])
    it.resize({ columns: 10, rows: 2 })
    screen.draw(['one', 'two', 'three'])
    assert.deepEqual(it.shown(), ['one', 'two'])
  })

  it('gives the terminal back as it was, once', () => {
    const it = terminal({ columns: 20, rows: 5 })
    const screen = openScreen(it.output)
    assert.ok(it.takeWritten().startsWith('\u001b[?1049h\u001b[?25l'))
    screen.close()
    screen.close()
    assert.equal(it.takeWritten(), '\u001b[?7h\u001b[?25h\u001b[?1049l')
    screen.draw(['late'])
    assert.equal(it.takeWritten(), '')
  })
})
