import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { foldUpdate, saidOf, type Word } from '../../../../src/runners/pulsar/amqp/word.ts'

const published: Word = { asked: 1000, launched: 1001 }
const soon = 5000
const late = 1001 + 11 * 60_000

/** What is held of a job after a server said these words, at these times. */
function held(word: Word, ...said: readonly (string | readonly [string, number])[]): string | null {
  const after = said.reduce<Word>((before, one) => {
    const [status, at] = typeof one === 'string' ? [one, soon] : one
    return foldUpdate(before, { job_id: 'j', status }, at)
  }, word)
  return saidOf(after).status
}

describe('the words of a Pulsar server that is spoken to by messages', () => {
  it('are none for a job that was never published', () => {
    assert.equal(held({}), 'lost')
    assert.equal(held({ asked: 1 }), 'lost')
  })

  it('leave a job queued, and say where, until a server has its message', () => {
    assert.match(saidOf(published).words ?? '', /waits at the broker/)
    assert.equal(held(published), 'queued')
    assert.equal(held({ ...published, taken: true }), 'preprocessing')
  })

  it('go on with each other until one is final', () => {
    assert.equal(held(published, 'preprocessing', 'running', 'postprocessing'), 'postprocessing')
    assert.equal(held(published, 'running', 'complete'), 'complete')
  })

  // As they were recorded: an output that could not be delivered, and the answer to a question after it.
  it('are held to the first final one', () => {
    assert.equal(held(published, 'running', 'failed', 'complete'), 'failed')
    assert.equal(held(published, 'complete', 'running', 'cancelled', 'complete'), 'complete')
  })

  it('are not final where a server lost sight of a job, since it may find it again', () => {
    assert.equal(held(published, 'running', 'lost', 'lost'), 'running') // the same once more
    assert.equal(held(published, 'running', 'lost', ['lost', soon + 3000]), 'lost')
    assert.equal(held(published, 'running', 'lost', 'running', ['lost', soon + 3000]), 'running')
    assert.equal(held(published, 'running', 'lost', ['lost', late], 'running', 'complete'), 'complete')
  })

  it('are not believed of a job whose message the server may not have read yet', () => {
    assert.equal(held(published, 'lost'), 'queued')
    assert.equal(held({ ...published, taken: true }, 'lost', ['lost', soon + 3000]), 'lost')
    assert.equal(held(published, ['lost', late], ['lost', late + 3000]), 'lost')
  })

  it('change nothing when they are repeated', () => {
    const first = foldUpdate(published, { job_id: 'j', status: 'running' }, soon)
    assert.equal(foldUpdate(first, { job_id: 'j', status: 'running' }, soon), first)
    const last = foldUpdate(first, { job_id: 'j', status: 'complete', returncode: 5 }, soon)
    assert.equal(foldUpdate(last, { job_id: 'j', status: 'complete', returncode: 5 }, soon), last)
  })

  it('keep a code and the end of what the job said', () => {
    const stderr = 'x'.repeat(9000)
    const said = saidOf(
      foldUpdate(published, { job_id: 'j', status: 'failed', returncode: 7, job_stderr: stderr }, soon),
    )
    assert.deepEqual(said, { status: 'failed', returncode: 7, job_stderr: 'x'.repeat(2000) })
  })
})
