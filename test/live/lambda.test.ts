import assert from 'node:assert/strict'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { buildSubject, type Subject } from '../kill/build-subject.ts'
import { drawn, runLambda, type LambdaEnd } from '../kill/lambda-kills.ts'
import { destinations } from './destinations.ts'
import { absent } from './servers/servers.ts'
import { openStudy } from './study.ts'

const fixture = join(import.meta.dirname, '../../fixtures/lambda')
// Each digest takes a second over its reading, so that a kill finds some that run.
const run = ['run', 'lambda.yaml', '--wait', '--input', 'pace=1']
const kills = 6

/** Each destination, and those with job arrays once more with them. */
const ways = destinations.flatMap((destination) => [
  { destination, name: destination.name, settings: {} },
  ...(destination.runner === 'slurm' || destination.runner === 'gridengine'
    ? [{ destination, name: `${destination.name} in job arrays`, settings: { arrays: true } }]
    : []),
])

describe('the lambda pipeline, its jobs as an ordinary user over SSH', () => {
  let subject: Subject
  let here: LambdaEnd
  before(async () => {
    subject = await buildSubject()
    here = await runLambda(subject, [])
  })
  after(() => subject.remove())

  for (const { destination, name, settings } of ways)
    it(`draws the same gel on ${name}, its engine killed ${kills} times, each job run once`, async function () {
      // No server of ours: the wrappers are a Debian package that may not be had; the end of the run names it.
      if (destination.runner === 'pbs' && absent('torque') !== undefined) this.skip()
      for (const server of destination.needs) assert.equal(absent(server), undefined)
      const study = await openStudy(subject, destination, { settings })
      try {
        await cp(fixture, study.folder, { recursive: true })
        const between = drawn(destination.runner.length)
        for (let kill = 1; kill <= kills; kill++) {
          const { signal, said } = await study.command(run, 500 + 1500 * between())
          if (kill === 1) assert.equal(signal, 'SIGKILL', said)
        }
        const end = await study.command(run)
        assert.equal(end.code, 0, end.said)
        const result = (file: string) => readFile(join(study.folder, 'results/lambda-digest', file), 'utf8')
        assert.equal(await result('gel.svg'), here.gel)
        assert.equal(await result('gel.tsv'), here.table)
        const attempts = await study.attempts()
        assert.equal(attempts.length, 9)
        for (const attempt of attempts)
          assert.deepEqual(attempt, { ...attempt, claims: 1, duplicates: 0, unprivileged: true })
      } finally {
        await study.close()
      }
    })
})
