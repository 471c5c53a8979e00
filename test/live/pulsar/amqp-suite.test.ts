import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { runnerSuite } from '../../../src/testing/runner-suite.ts'
import { openPulsarSubject } from '../../testing/pulsar-subject.ts'
import { followStreams } from '../../testing/follow-streams.ts'
import { freePort } from '../../testing/free-port.ts'
import { absent, rabbitmq } from '../servers/servers.ts'

const managers: Readonly<Record<string, string>> = {
  _default_: 'queued_python',
  direct: 'unqueued',
  hpc: 'queued_cli on Slurm',
}

for (const [manager, what] of Object.entries(managers))
  describe(`the runner for Pulsar behind a real broker, ${what}`, () => {
    const create = async () => {
      for (const server of manager === 'hpc' ? (['rabbitmq', 'slurm'] as const) : (['rabbitmq'] as const))
        assert.equal(absent(server), undefined)
      const { broker, password } = rabbitmq()
      const at = `127.0.0.1:${await freePort()}`
      const endpoint = { url: `http://${at}/files`, listen: at }
      return openPulsarSubject({ broker, password, manager, endpoint })
    }
    runnerSuite({ test: it }, create, { patience: 60_000 })

    it('gives 2 MiB of text and bytes live, byte for byte, to one reader and to the next process', async () => {
      const on = await create()
      try {
        await followStreams(on, rabbitmq().staging, 60_000)
      } finally {
        await on.close()
      }
    })
  })
