import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { eventually } from '../../src/testing/eventually.ts'
import { buildSubject, type Subject } from '../kill/build-subject.ts'
import { destinations } from './destinations.ts'
import { absent, workFolder } from './servers/servers.ts'
import { openStudy } from './study.ts'

/** A job that has made one of its outputs, and goes on for ten minutes with a process of its own. */
const training = (shared: string) => `abeyance: 1
name: train
modules:
  fit:
    script: |
      trap '' TERM
      echo step 1 >model.txt
      echo shown
      touch ${shared}/began
      sleep 600 &
      wait
      sleep 600
      touch ${shared}/went-on
    outputs: { model: model.txt, report: report.txt }
outputs: { model: $fit.model }
`

describe('abeyance cancel --keep-results, of a job on a cluster', function () {
  this.timeout(600_000)
  let subject: Subject
  before(async () => {
    subject = await buildSubject()
  })
  after(() => subject.remove())

  for (const destination of destinations)
    it(`stops it on ${destination.name}, brings home what it made, and serves it to no run`, async function () {
      // No server of ours: the wrappers are a Debian package that may not be had; the end of the run names it.
      if (destination.runner === 'pbs' && absent('torque') !== undefined) this.skip()
      for (const server of destination.needs) assert.equal(absent(server), undefined)
      const study = await openStudy(subject, destination)
      const shared = await mkdtemp(join(workFolder, 'shared-'))
      try {
        await chmod(shared, 0o777)
        await writeFile(join(study.folder, 'train.yaml'), training(shared))
        const begun = await study.command(['run', 'train.yaml'])
        assert.equal(begun.code, 3, begun.said)
        await eventually('the job runs', 60_000, async () =>
          existsSync(join(shared, 'began')) ? true : undefined,
        )
        const asked = await study.command(['cancel', 'last:fit', '--keep-results', '--even-if-needed'])
        assert.equal(asked.code, 0, asked.said)
        // A stop that its host has not confirmed yet is gone on with by whoever opens the workspace to drive it.
        await eventually('it is cancelled, on evidence', 120_000, async () => {
          const { said } = await study.command(['show', 'fit', '--json'])
          if (/"state": *"cancelled"/.test(said)) return true
          await study.command(['resume'])
          return undefined
        })
        const shown = await study.command(['show', 'fit', '--save', 'kept'])
        assert.equal(shown.code, 0, shown.said)
        assert.match(shown.said, /: cancelled \(stopped by us, results kept; not there: output report: /)
        assert.match(shown.said, /kept, and no result for any run: model/)
        assert.equal(await readFile(join(study.folder, 'kept/model.txt'), 'utf8'), 'step 1\n')
        const logs = await study.command(['logs', 'fit'])
        assert.match(logs.said, /shown/)
        const plan = await study.command(['plan', 'train.yaml', '--fresh', '--json'])
        assert.match(plan.said, /"step": *"submit"/)
        assert.equal(existsSync(join(shared, 'went-on')), false)
        const attempts = await study.attempts()
        assert.deepEqual(
          attempts.map(({ claims, duplicates }) => [claims, duplicates]),
          [[1, 0]],
        )
      } finally {
        await study.close()
        await rm(shared, { recursive: true, force: true })
      }
    })
})
