import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseWord } from '../../src/pipeline/word.ts'

describe('parseWord', () => {
  for (const [word, pieces] of [
    ['plain', ['plain']],
    ['', ['']],
    ['$x', [{ name: 'x' }]],
    ['${x}', [{ name: 'x' }]],
    ['--in=$x.txt', ['--in=', { name: 'x' }, '.txt']],
    ['${x}y$z', [{ name: 'x' }, 'y', { name: 'z' }]],
    ['$$x', ['$x']],
    ['$$$x', ['$', { name: 'x' }]],
    ['a$$', ['a$']],
    ['$', undefined],
    ['$5', undefined],
    ['${x', undefined],
    ['${}', undefined],
  ] as const)
    it(`reads ${JSON.stringify(word)} as ${JSON.stringify(pieces)}`, () => {
      assert.deepEqual(parseWord(word), pieces)
    })
})
