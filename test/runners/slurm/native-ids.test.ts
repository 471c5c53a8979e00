import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nativeIds } from '../../../src/runners/slurm/native-ids.ts'

const cases: Readonly<Record<string, readonly string[]>> = {
  '12': ['12'],
  '12_3': ['12_3'],
  '12+0': ['12'],
  '12+2': ['12+2'],
  '12_[1-3%2]': ['12_1', '12_2', '12_3'],
  '12_[1,3,5-9:2,20]': ['12_1', '12_3', '12_5', '12_7', '12_9', '12_20'],
  '12_[0-5:4]': ['12_0', '12_4'],
  '12_[7]': ['12_7'],
  '': [],
  '12_': [],
  '12_[]': [],
  '12_[3-1]': [],
  '12_[1-3:0]': [],
  '12_[1,2,...]': [],
  '12_[0-99999999]': [],
  '12.batch': [],
  abc: [],
}

describe("Slurm's ids", () => {
  for (const [text, ids] of Object.entries(cases))
    it(`reads ${JSON.stringify(text)} as ${ids.join(' ') || 'none'}`, () => {
      assert.deepEqual(nativeIds(text), ids)
    })
})
