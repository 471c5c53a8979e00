import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { ansiSpans, withoutAnsi } from '../../../src/web/page/log/ansi-spans.ts'
import { markMatches } from '../../../src/web/page/log/mark-matches.ts'
import { shownText } from '../../../src/web/page/log/shown-text.ts'

const e = '\u001B'

describe('coloured text of a job', () => {
  const cases: readonly (readonly [string, string, ReturnType<typeof ansiSpans>['spans']])[] = [
    ['is plain without colours', 'ab', [{ text: 'ab', ink: {} }]],
    [
      'has named colours and their end',
      `${e}[31mbad${e}[0m ok`,
      [
        { text: 'bad', ink: { fore: 1 } },
        { text: ' ok', ink: {} },
      ],
    ],
    ['has bright colours and bold', `${e}[1;92mgo`, [{ text: 'go', ink: { bold: true, fore: 10 } }]],
    [
      'has a palette of 256 and exact colours',
      `${e}[38;5;208ma${e}[48;2;1;2;300mb`,
      [
        { text: 'a', ink: { fore: 'rgb(255, 135, 0)' } },
        { text: 'b', ink: { fore: 'rgb(255, 135, 0)', back: 'rgb(1, 2, 255)' } },
      ],
    ],
    [
      'goes back to the colour of the page',
      `${e}[31;42ma${e}[39mb`,
      [
        { text: 'a', ink: { fore: 1, back: 2 } },
        { text: 'b', ink: { back: 2 } },
      ],
    ],
    [
      'obeys nothing else',
      `a${e}[2Kb${e}]0;title\u0007c${e}(Bd`,
      [
        { text: 'a', ink: {} },
        { text: 'b', ink: {} },
        { text: 'c', ink: {} },
        { text: 'Bd', ink: {} },
      ],
    ],
    ['leaves out a sequence that is not whole yet', `a${e}[3`, [{ text: 'a', ink: {} }]],
    ['keeps markup as the text that it is', '<img onerror=x>', [{ text: '<img onerror=x>', ink: {} }]],
  ]
  for (const [what, text, spans] of cases)
    it(what, () => {
      assert.deepEqual(ansiSpans(text).spans, spans)
    })

  it('runs on over lines', () => {
    const { ink } = ansiSpans(`${e}[4;36mone`)
    assert.deepEqual(ansiSpans('two', ink).spans, [{ text: 'two', ink: { underline: true, fore: 6 } }])
  })

  it('is searched without its colours', () => {
    assert.equal(withoutAnsi(`war${e}[31mning`), 'warning')
  })

  it('stands as a terminal leaves it', () => {
    assert.equal(shownText('10 %\r20 %\r30 %\r\n'), '30 %')
    assert.equal(shownText('windows\r\n'), 'windows')
  })

  it('is marked where it has what is searched, over a change of colour and in either case', () => {
    const { spans } = ansiSpans(`a WAR${e}[31mning b`)
    assert.deepEqual(
      markMatches(spans, 'warn').map(({ text, match }) => [text, match]),
      [
        ['a ', false],
        ['WAR', true],
        ['n', true],
        ['ing b', false],
      ],
    )
  })
})
