import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { buildSubject, type Subject } from '../kill/build-subject.ts'
import { destinations } from './destinations.ts'
import { absent } from './servers/servers.ts'
import { openStudy, type StudyOptions } from './study.ts'

describe('abeyance doctor, on real servers', () => {
  let subject: Subject
  before(async () => {
    subject = await buildSubject()
  })
  after(() => subject.remove())

  const examine = async (destination: (typeof destinations)[number], options: StudyOptions = {}) => {
    const study = await openStudy(subject, destination, options)
    try {
      return await study.command(['doctor', 'there'])
    } finally {
      await study.close()
    }
  }

  for (const destination of destinations)
    it(`tries ${destination.name} to the end of a small job`, async function () {
      // No server of ours: the wrappers are a Debian package that may not be had; the end of the run names it.
      if (destination.runner === 'pbs' && absent('torque') !== undefined) this.skip()
      for (const server of destination.needs) assert.equal(absent(server), undefined)
      const { code, said } = await examine(destination)
      assert.equal(code, 0, said)
      assert.match(said, /ok +there: a job from end to end .*fetching \d+ ms/)
      if (destination.runner !== 'local')
        assert.match(said, /ok +there: the queue can be listed .*\d+ jobs of /)
    })

  it('says what is wrong with a work folder that cannot be made', async () => {
    const [plain] = destinations
    assert.ok(plain)
    const { code, said } = await examine(plain, { settings: { workFolder: '/proc/abeyance' } })
    assert.equal(code, 1, said)
    assert.match(said, /FAULT +there: \/proc\/abeyance can be written .*\/proc\/abeyance/)
  })
})
