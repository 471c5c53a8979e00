import { describe, it } from 'mocha'
import { runnerSuite } from '../../../src/testing/runner-suite.ts'
import { openPulsarSubject } from '../../testing/pulsar-subject.ts'
import { askOfStreams } from './ask-of-streams.ts'
import { behindBroker, brokerManagers } from './behind-broker.ts'

for (const [manager, { what }] of Object.entries(brokerManagers))
  describe(`the runner for Pulsar behind a real broker, ${what}`, () => {
    const create = async () => openPulsarSubject((await behindBroker(manager)).options)
    runnerSuite({ test: it }, create, { patience: 60_000 })
    askOfStreams(() => behindBroker(manager))
  })
