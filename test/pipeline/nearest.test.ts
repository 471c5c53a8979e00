import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { didYouMean, nearest } from '../../src/pipeline/nearest.ts'

describe('nearest', () => {
  for (const [word, candidates, near] of [
    ['tabels', ['picture', 'tables'], 'tables'],
    ['Tables', ['tables'], 'tables'],
    ['a', ['b'], 'b'],
    ['ab', ['ba'], 'ba'],
    ['gel', ['digest'], undefined],
    ['', ['digest'], undefined],
    ['x', [], undefined],
  ] as const)
    it(`finds ${near ?? 'nothing'} for ${JSON.stringify(word)}`, () => {
      assert.equal(nearest(word, candidates), near)
    })

  it('finds the word itself before any other', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 5 })
    fc.assert(fc.property(words, (all) => assert.equal(nearest(all[0] ?? '', all), all[0])))
  })

  it('finds any word with one slip in it', () => {
    const word = fc.stringMatching(/^[a-z]{3,9}$/)
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom('', 'q'), (meant, place, put) => {
        const at = place % meant.length
        const slip = meant.slice(0, at) + put + meant.slice(at + 1)
        assert.equal(nearest(slip, [meant]), meant)
      }),
    )
  })

  it('ends a sentence, or adds nothing to it', () => {
    assert.equal(didYouMean('gell', ['gel']), '; did you mean `gel`?')
    assert.equal(didYouMean('qqq', ['gel']), '')
  })
})
