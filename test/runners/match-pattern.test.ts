import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { matchPattern } from '../../src/runners/match-pattern.ts'

const files = [
  'a.png',
  'b.svg',
  '.hidden.png',
  'plots/a.png',
  'plots/deep/b.png',
  'plots/.x/c.png',
  'x{1}.txt',
  'y1.txt',
  'z[1].txt',
  'a-b.txt',
  'größe 1.txt',
]

describe('a pattern of outputs', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['*.png', ['a.png']],
    ['./*.png', ['a.png']],
    ['.*.png', ['.hidden.png']],
    ['plots/*.png', ['plots/a.png']],
    ['**/*.png', ['a.png', 'plots/a.png', 'plots/deep/b.png']],
    ['plots/**', ['plots/a.png', 'plots/deep/b.png']],
    ['*.{png,svg}', ['a.png', 'b.svg']],
    ['{plots/,}a.png', ['a.png', 'plots/a.png']],
    ['{plots/{a,deep/b},b}.{png,svg}', ['b.svg', 'plots/a.png', 'plots/deep/b.png']],
    ['?.png', ['a.png']],
    ['[xy]*.txt', ['x{1}.txt', 'y1.txt']],
    ['[!xy]?.txt', []],
    ['[!xy]*.txt', ['z[1].txt', 'a-b.txt', 'größe 1.txt']],
    ['z\\[1\\].txt', ['z[1].txt']],
    ['x\\{1\\}.txt', ['x{1}.txt']],
    ['x{1', []],
    ['gr*', ['größe 1.txt']],
    ['gr?ße 1.txt', ['größe 1.txt']],
    ['a-b.txt', ['a-b.txt']],
    ['a.b', []],
    ['nothing', []],
    ['', []],
  ]
  for (const [pattern, matched] of table)
    it(`${pattern || '(empty)'} matches ${matched.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(files.filter(matchPattern(pattern)).toSorted(), matched.toSorted())
    })
})
