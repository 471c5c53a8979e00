import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { stringify } from 'yaml'
import { buildSubject, type Subject } from '../../kill/build-subject.ts'
import { plainEnvironment } from '../../kill/engine-child.ts'
import { drawn, runLambda, type LambdaEnd } from '../../kill/lambda-kills.ts'
import { absent, pulsarServer } from '../servers/servers.ts'

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

  for (const manager of ['_default_', 'direct', 'uuids', 'hpc'])
    it(`draws the same gel, its engine killed ${kills} times, each job run once, manager ${manager}`, async () => {
      assert.equal(absent('pulsar'), undefined)
      const { url, token, staging } = pulsarServer()
      const before = new Set(await readdir(staging))
      const folder = await mkdtemp(join(tmpdir(), 'abeyance-pulsar-'))
      try {
        await cp(fixture, folder, { recursive: true })
        await writeFile(join(folder, 'token'), token, { mode: 0o600 })
        const options = { url, token: { file: 'token' }, manager }
        const destinations = { there: { runner: 'pulsar', options } }
        await writeFile(
          join(folder, 'abeyance.yaml'),
          stringify({ abeyance: 1, destinations, default: 'there' }),
        )
        const between = drawn(manager.length)
        for (let kill = 1; kill <= kills; kill++) {
          const { signal, said } = await command(subject, folder, 500 + 1500 * between())
          if (kill === 1) assert.equal(signal, 'SIGKILL', said)
        }
        const end = await command(subject, folder)
        assert.equal(end.code, 0, end.said)
        assert.equal(end.said.includes(token), false)
        const result = (file: string) => readFile(join(folder, 'results/lambda-digest', file), 'utf8')
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
        await rm(folder, { recursive: true, force: true, maxRetries: 20 })
      }
    })
})

async function command(subject: Subject, folder: string, killAfter = 150_000) {
  const child = spawn(process.execPath, [subject.cli, ...run], {
    cwd: folder,
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfter)
  await once(child, 'close')
  clearTimeout(timer)
  return { code: child.exitCode, signal: child.signalCode, said }
}
