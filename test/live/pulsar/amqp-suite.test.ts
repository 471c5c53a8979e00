import { describe, it } from 'mocha'
import { runnerSuite } from '../../../src/testing/runner-suite.ts'
import { followAround } from '../../testing/follow-around.ts'
import { followStreams } from '../../testing/follow-streams.ts'
import { openPulsarSubject } from '../../testing/pulsar-subject.ts'
import { behindBroker, brokerManagers } from './behind-broker.ts'

for (const [manager, { what }] of Object.entries(brokerManagers))
  describe(`the runner for Pulsar behind a real broker, ${what}`, () => {
    const create = async () => openPulsarSubject((await behindBroker(manager)).options)
    runnerSuite({ test: it }, create, { patience: 60_000 })

    it('gives 2 MiB of text and bytes live, byte for byte, to one reader and to the next process', async () => {
      const { staging, options } = await behindBroker(manager)
      const on = await openPulsarSubject(options)
      try {
        await followStreams(on, staging, 60_000)
      } finally {
        await on.close()
      }
    })

    it('gives what is said around a job while it runs, and keeps it', async () => {
      const on = await create()
      try {
        await followAround(on, 60_000)
      } finally {
        await on.close()
      }
    })
  })
