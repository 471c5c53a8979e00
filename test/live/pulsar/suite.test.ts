import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { runnerSuite } from '../../../src/testing/runner-suite.ts'
import { followStreams } from '../../testing/follow-streams.ts'
import { openPulsarSubject } from '../../testing/pulsar-subject.ts'
import { absent, pulsarServer } from '../servers/servers.ts'

const managers: Readonly<Record<string, string>> = {
  _default_: 'queued_python',
  direct: 'unqueued',
  uuids: 'queued_python with ids of its own',
  hpc: 'queued_cli on Slurm',
}

for (const [manager, what] of Object.entries(managers))
  describe(`the runner for Pulsar on a real server, ${what}`, () => {
    const create = () => {
      for (const server of manager === 'hpc' ? (['pulsar', 'slurm'] as const) : (['pulsar'] as const))
        assert.equal(absent(server), undefined)
      const { url, token } = pulsarServer()
      return openPulsarSubject({ url, token, manager })
    }
    runnerSuite({ test: it }, create, { patience: 60_000 })

    it('gives 2 MiB of text and bytes live, byte for byte, to one reader and to the next process', async () => {
      const on = await create()
      try {
        await followStreams(on, pulsarServer().staging, 60_000)
      } finally {
        await on.close()
      }
    })
  })
