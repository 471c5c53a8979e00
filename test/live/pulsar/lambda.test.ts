import assert from 'node:assert/strict'
import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { buildSubject, type Subject } from '../../kill/build-subject.ts'
import { drawn, runLambda, type LambdaEnd } from '../../kill/lambda-kills.ts'
import { openCliFolder, secretOf } from './cli-folder.ts'
import { managers } from './managers.ts'
import { brokerManagers } from './behind-broker.ts'
import { placeOf } from './place-of.ts'

const fixture = join(import.meta.dirname, '../../../fixtures/lambda')
const run = ['run', 'lambda.yaml', '--wait', '--input', 'pace=1']
const kills = 6

describe('the lambda pipeline on a real Pulsar server', () => {
  let subject: Subject
  let here: LambdaEnd
  before(async () => {
    subject = await buildSubject()
    here = await runLambda(subject, [])
  })
  after(() => subject.remove())

  const pulled = Object.keys(managers).map((manager) => `${manager} that fetches and brings`)
  const behind = Object.keys(brokerManagers).map((manager) => `${manager} behind a broker`)
  for (const manager of [...Object.keys(managers), ...pulled, ...behind])
    it(`draws the same gel, its engine killed ${kills} times, each job run once, manager ${manager}`, async () => {
      const { staging, options } = await placeOf(manager)
      const before = new Set(await readdir(staging))
      const on = await openCliFolder(subject, options)
      try {
        await cp(fixture, on.folder, { recursive: true })
        const between = drawn(manager.length)
        for (let kill = 1; kill <= kills; kill++) {
          const { child, ended } = on.start(run)
          const timer = setTimeout(() => child.kill('SIGKILL'), 500 + 1500 * between())
          const { signal, said } = await ended
          clearTimeout(timer)
          if (kill === 1) assert.equal(signal, 'SIGKILL', said)
        }
        const end = await on.start(run).ended
        assert.equal(end.code, 0, end.said)
        assert.equal(end.said.includes(secretOf(options)), false)
        const result = (file: string) => readFile(join(on.folder, 'results/lambda-digest', file), 'utf8')
        assert.equal(await result('gel.svg'), here.gel)
        assert.equal(await result('gel.tsv'), here.table)
        const made = (await readdir(staging)).filter((id) => !before.has(id) && /^j[a-z2-7]{12}$/.test(id))
        assert.equal(made.length, 9)
        for (const tag of made) {
          const names = await readdir(join(staging, tag, 'metadata', tag))
          assert.deepEqual(
            names.filter((name) => name.startsWith('claim.')),
            ['claim.1'],
          )
        }
      } finally {
        await on.close()
      }
    })
})
