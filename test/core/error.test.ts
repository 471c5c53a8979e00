import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'

describe('AbeyanceError', () => {
  it('says in JSON what it says to a person, and keeps its cause to itself', () => {
    const error = new AbeyanceError('missing-file', 'there is no a.txt', {
      cause: new Error('token abc'),
      details: { input: 'a' },
    })
    assert.deepEqual(JSON.parse(JSON.stringify({ error })), {
      error: {
        code: 'missing-file',
        message: 'there is no a.txt',
        retryable: false,
        details: { input: 'a' },
      },
    })
  })
})
