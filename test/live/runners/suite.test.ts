import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { runnerSuite } from '../../../src/testing/runner-suite.ts'
import { destinations } from '../destinations.ts'
import { absent } from '../servers/servers.ts'
import { kinds, openLiveRunner } from './live-runner.ts'

for (const { name, runner, needs } of destinations)
  describe(`${name}, as an ordinary user over SSH`, () => {
    const why = needs.map(absent).find((reason) => reason !== undefined)
    const kind = kinds[runner] ?? assert.fail(`there is no runner ${runner}`)
    const create = () => {
      assert.equal(why, undefined)
      return openLiveRunner(kind())
    }
    // Only for PBS: its wrappers are a Debian package that may not be had.
    if (runner === 'pbs' && why !== undefined) it.skip(`cannot be had: ${why}`, () => {})
    else runnerSuite({ test: it }, create, { patience: 60_000 })
  })
