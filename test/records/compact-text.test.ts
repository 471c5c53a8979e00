import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { compactText, fullText } from '../../src/records/compact-text.ts'
import { suspendedJob } from '../../bench/suspended-job.ts'

const key = '63be9032572212c8bee27942f6490a56d6bb46699710026eb5ef55f89ba09236'

describe('compactText', () => {
  it('gives any JSON back under any key', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 })
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), text, text, (value, text, key) => {
        const json = JSON.stringify({ value, text, key, kind: `${key}${text}` })
        assert.deepEqual(JSON.parse(fullText(compactText(json, key), key)), JSON.parse(json))
      }),
    )
  })

  it('takes nothing in a value for a code of its own', () => {
    const codes = Array.from({ length: 256 }, (_, place) => String.fromCharCode(place)).join('')
    for (const given of [
      codes,
      `${codes}${key}${codes}`,
      { [codes]: key, key },
      `\u{1f9ec} ${codes} \\ud83e`,
    ]) {
      const json = JSON.stringify(given)
      assert.deepEqual(JSON.parse(fullText(compactText(json, key), key)), given)
      assert.deepEqual(JSON.parse(fullText(compactText(json, codes), codes)), given)
    }
  })

  it('holds the record of a job in less than half of its characters, each one byte wide', () => {
    const job = suspendedJob(7)
    const json = JSON.stringify(job)
    const compact = compactText(json, job.key)
    assert.equal(fullText(compact, job.key), json)
    assert.ok(compact.length < json.length / 2, `${compact.length} of ${json.length}`)
    assert.doesNotMatch(compact, /[^\0-\xff]/)
  })
})
