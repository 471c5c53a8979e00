import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { readState } from '../../../src/runners/gridengine/read-state.ts'

const states: Readonly<Record<string, string>> = {
  waiting: 'qw w q Rq Rqw Rwq',
  held: 'hqw hRwq hRq Eqw Ehqw EhRqw ERqw',
  running: 'r t hr Rr Rt hRr',
  suspended: 's S T N P ts tS tT Rs Rts RS RtS RT RtT rs hs NP sS',
  ending: 'dr dt dRr dRt ds dS dT dRs dRS dRT dqw dhqw dEqw',
  unknown: 'z x d E R h dR qwz qq 1 Q ?',
}

describe("Grid Engine's states", () => {
  for (const [phase, words] of Object.entries(states))
    for (const word of words.split(' '))
      it(`take ${word} for ${phase}`, () => {
        assert.equal(readState(word), phase)
      })

  it('take no word at all for unknown', () => {
    assert.equal(readState(''), 'unknown')
  })
})
