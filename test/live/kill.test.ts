import assert from 'node:assert/strict'
import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { buildSubject, type Subject } from '../kill/build-subject.ts'
import { rehearse } from '../kill/kill-at.ts'
import { killAtPoints, type Family } from '../kill/kill-points.ts'
import { pointsOfCommands, pointsOfDifferentCommands, pointsOfRequests } from '../kill/points.ts'
import { workFolder } from './servers/servers.ts'

// All of them take hours: ABEYANCE_LIVE_KILL=all.
const isWhole = process.env['ABEYANCE_LIVE_KILL'] === 'all'

const families: readonly Family[] = [
  {
    name: 'requests over SSH',
    part: 12,
    points: async (subject) => pointsOfRequests(await rehearse(subject, 'run', 'requests')),
  },
  {
    name: 'commands of the submit script on the login host',
    part: 12,
    async points(subject) {
      const submit = { task: 'run', script: 'submit', job: 'first' } as const
      return pointsOfCommands(submit, await rehearse(subject, 'run', submit), ['shell', 'group'])
    },
  },
  {
    name: 'different commands of the look script on the login host',
    part: 4,
    async points(subject) {
      const look = { task: 'run', script: 'look', job: '' } as const
      return pointsOfDifferentCommands(look, await rehearse(subject, 'run', look), ['shell'])
    },
  },
]

const schedulers = [
  ['slurm', 'a real Slurm'],
  ['simulator', 'a simulated Slurm'],
] as const

for (const [kind, name] of schedulers)
  describe(`jobs on ${name}, cut off from it`, function () {
    this.timeout(isWhole ? 14_400_000 : 1_200_000)
    let subject: Subject
    before(async () => {
      subject = { ...(await buildSubject()), remote: { kind, folder: workFolder } }
      await chmod(dirname(subject.shell), 0o755)
      await chmod(dirname(dirname(dirname(dirname(subject.shell)))), 0o755) // the folder it was built in
    })
    after(() => subject.remove())

    for (const family of families)
      it(`are lost never and run once, at ${family.name}`, async () => {
        const most = isWhole ? Infinity : family.part
        const { enumerated, killed, missed, faults } = await killAtPoints(subject, family, most)
        console.log(
          `      on ${name}, at ${killed.length} of ${enumerated} ${family.name}: ${faults.length} faults; ${missed.length} were not come to`,
        )
        assert.deepEqual(faults, [])
        assert.ok(killed.length > 0, 'nothing was killed')
        assert.ok(missed.length <= 0.15 * killed.length + 2, `${missed.length} points were missed`)
      })
  })
