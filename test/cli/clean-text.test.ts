import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { clean, cleanLines, openCleaner } from '../../src/cli/clean-text.ts'

const escape = '\u001b'

describe('clean', () => {
  const cases: readonly (readonly [what: string, text: string, shown: string])[] = [
    ['leaves text with tabs, line ends and letters of any language', 'a\tb\r\né 😀\n', 'a\tb\r\né 😀\n'],
    ['takes out a title', `${escape}]0;owned\u0007text`, 'text'],
    ['takes out a title that ends with ST', `${escape}]2;owned${escape}\\text`, 'text'],
    ['takes out a title that nothing ends, up to the line', `${escape}]0;owned\ntext`, '\ntext'],
    ['takes out what clears and moves', `${escape}[2J${escape}[1;1Htext${escape}[?1049h`, 'text'],
    ['takes out what asks the terminal to answer', `${escape}[6n${escape}[c${escape}Zx`, 'x'],
    ['takes out what puts text into the clipboard', `${escape}]52;c;ZXZpbA==\u0007x`, 'x'],
    ['takes out device control strings', `${escape}P+q544e${escape}\\x`, 'x'],
    ['takes out a reset and other short ones', `${escape}c${escape}(0x${escape}7`, 'x'],
    ['takes out the same as single letters (C1)', '\u009b2Jx\u009d0;t\u009c', 'x'],
    ['takes out bells, backspaces and lone escapes', `a\u0007b\u0008c${escape}`, 'abc'],
    ['takes out colours where they are not asked for', `${escape}[31mred${escape}[0m`, 'red'],
  ]
  for (const [what, text, shown] of cases) it(what, () => assert.equal(clean(text), shown))

  it('lets colours through where they are asked for, and nothing that only looks like them', () => {
    const colours = `${escape}[1;38;5;200mx${escape}[m${escape}[4:3mu${escape}[0m`
    assert.equal(clean(colours, true), colours)
    assert.equal(clean(`${escape}[?25m${escape}[>4;2m${escape}[ m`, true), '')
  })
})

describe('cleanLines', () => {
  it('ends colours with their line', () => {
    const text = `plain\n${escape}[31mred${escape}]0;owned\u0007\n\tplain`
    assert.equal(cleanLines(text, true), `plain\n${escape}[31mred${escape}[0m\n\tplain`)
    assert.equal(cleanLines(text, false), 'plain\nred\n\tplain')
  })
})

describe('openCleaner', () => {
  const text = `a${escape}[31mred${escape}[0m${escape}]0;title\u0007b${escape}[2J${escape}Px${escape}\\c\nd`

  it('gives the same however the text comes in pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length })), fc.boolean(), (cuts, colours) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
        const cleaner = openCleaner({ colours })
        const pieces = places.slice(1).map((end, place) => cleaner.push(text.slice(places[place], end)))
        assert.equal(pieces.join('') + cleaner.end(), clean(text, colours))
      }),
    )
  })

  it('lets no text pass that a terminal obeys, whatever it is given', () => {
    const letters = fc.constantFrom(
      escape,
      '[',
      ']',
      ';',
      '0',
      'm',
      'J',
      '\u0007',
      '\\',
      'P',
      '\u009b',
      '\n',
      'x',
    )
    fc.assert(
      fc.property(fc.array(letters), (all) => {
        const cleaner = openCleaner({ colours: true })
        const shown = all.map((letter) => cleaner.push(letter)).join('') + cleaner.end()
        const rest = shown
          .split(escape)
          .map((part, place) => (place === 0 ? part : part.replace(/^\[[0-9;:]*m/, '')))
        assert.equal(
          shown
            .split(escape)
            .slice(1)
            .every((part) => /^\[[0-9;:]*m/.test(part)),
          true,
        )
        assert.doesNotMatch(rest.join('').replaceAll('\n', ''), /\p{Cc}/u)
      }),
    )
  })

  it('holds back no more than a sequence may be long', () => {
    const cleaner = openCleaner({ colours: false })
    assert.equal(cleaner.push(`${escape}]0;${'x'.repeat(10_000)}`), '')
    assert.equal(cleaner.push('after\n'), 'after\n')
  })
})
