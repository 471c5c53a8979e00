import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { buildSubject, type Subject } from '../../kill/build-subject.ts'
import { openCliFolder, secretOf } from './cli-folder.ts'
import { placeOf } from './place-of.ts'

describe('abeyance doctor, on real Pulsar servers', () => {
  let subject: Subject
  before(async () => {
    subject = await buildSubject()
  })
  after(() => subject.remove())

  for (const [place, trials] of [
    ['hpc', [/reaches pulsar/, /files sent and read/]],
    ['uuids that fetches and brings', [/reaches pulsar/, /machines of jobs find this one/]],
    ['_default_ behind a broker', [/reaches the broker/, /takes messages/, /machines of jobs find this one/]],
  ] as const)
    it(`tries ${place} to the end of a small job, and says nothing secret`, async () => {
      const { options } = await placeOf(place)
      const on = await openCliFolder(subject, options)
      try {
        const { code, said } = await on.start(['doctor', 'there']).ended
        assert.equal(code, 0, said)
        for (const trial of [...trials, /ok +there: a job from end to end .*fetching \d+ ms/])
          assert.match(said, trial)
        assert.ok(!said.includes(secretOf(options)), said)
      } finally {
        await on.close()
      }
    })
})
