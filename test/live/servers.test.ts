import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { absent } from './servers/servers.ts'

// Without these, all the other tests of this folder say less than they seem to: what is not there is a failure.
describe('the servers of the tests', () => {
  for (const server of ['sshd', 'slurm', 'gridengine', 'pulsar', 'rabbitmq', 'pulsar-queues'] as const)
    it(`includes ${server}`, () => {
      const reason = absent(server)
      assert.ok(reason === undefined, `${server} could not be started: ${reason}`)
    })
})
