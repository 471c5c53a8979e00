import { describe, it } from 'mocha'
import { runnerSuite } from '../../../src/testing/runner-suite.ts'
import { openPulsarSubject } from '../../testing/pulsar-subject.ts'
import { askOfStreams } from './ask-of-streams.ts'
import { managers, serverOf } from './managers.ts'

for (const [manager, { what }] of Object.entries(managers))
  describe(`the runner for Pulsar on a real server, ${what}`, () => {
    const create = async () => openPulsarSubject(serverOf(manager).options)
    runnerSuite({ test: it }, create, { patience: 60_000 })
    askOfStreams(() => serverOf(manager))
  })
