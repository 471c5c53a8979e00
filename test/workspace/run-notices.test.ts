import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'
import { modulePath, runId } from '../../src/core/ids.ts'
import { runNotice } from '../../src/workspace/run-notices.ts'
import type { Failure } from '../../src/workspace/workspace.ts'

const run = {
  id: runId('01a2006a-5cb9-7772-a3ec-36f77d09ebe2'),
  name: 'study',
  pipeline: {},
  inputs: {},
  files: {},
  targets: [],
  fresh: [],
  onFailure: 'continue',
  resume: 'auto',
  destinations: {},
  base: '/',
  state: 'failed',
  startedAt: 0,
} as const
const failure = (module: string, message: string): Failure => ({
  module: modulePath(module),
  error: new AbeyanceError('job-failed', message),
})

describe('the notice of a run', () => {
  it('names each module that failed once, also where its message begins with the name', () => {
    const first = failure('one', 'one: ended with exit code 1')
    const others = [failure('many[2]', 'many[2] 3: ended by a signal'), failure('a', 'a file is not there')]
    const notice = runNotice(run, { kind: 'failed', failures: [first, ...others], outputs: {}, outcomes: {} })
    assert.equal(
      notice?.text,
      'one: ended with exit code 1\nmany[2] 3: ended by a signal\na: a file is not there',
    )
  })
})
