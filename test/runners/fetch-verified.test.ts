import assert from 'node:assert/strict'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'mocha'
import type { Output } from '../../src/runners/job-spec.ts'
import { local } from '../../src/runners/local.ts'
import { local as thisMachine } from '../../src/transports/local.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { openJobHost, script, type JobHost } from './job-host.ts'

describe('texts that travel', () => {
  let host: JobHost
  let damages: string | undefined
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  /** A way on which bytes travel, and one file arrives with other bytes of the same size. */
  const far: Transport = {
    ...thisMachine(),
    stream: () => Promise.reject(new Error('nothing here is small and many')),
    async fetch(path, to) {
      await rm(to, { force: true })
      await copyFile(path, to)
      if (damages === undefined || !path.endsWith(damages)) return
      const bytes = await readFile(to)
      await writeFile(to, bytes.fill(33, 0, 1))
    },
  }

  const outputs: Readonly<Record<string, readonly [string, Output]>> = {
    'a text': ['out', { kind: 'text', path: './out' }],
    JSON: ['out', { kind: 'json', path: 'out' }],
    'a stream as a text': ['stdout', { kind: 'stream', stream: 'stdout', as: 'text' }],
    'a stream as a file': ['stdout', { kind: 'stream', stream: 'stdout', as: 'file' }],
  }
  for (const [what, [file, output]] of Object.entries(outputs))
    it(`are verified as files are: ${what} that arrives damaged is fetched again`, async () => {
      const spec = script('echo 12 >out; echo 12', { outputs: { it: output } })
      const job = await host.submit(spec)
      await host.until(job, 'ended')
      const runner = local().open({
        ...host.context,
        transport: far,
        logFolder: `${host.folder}/logs of ${job}`,
      })
      const question = { tag: job, incarnation: 1, spec, outputs: true }
      await runner.fetch({ ...question, outputs: false }, {}) // the stream itself is kept
      damages = `/${file}`
      await assert.rejects(runner.fetch(question, {}), { retryable: true })
      damages = undefined
      const answer = await runner.fetch(question, {})
      assert.ok(answer.kind === 'fetched')
      await runner.close()
    })
})
