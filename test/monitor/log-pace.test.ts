import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { logPace } from '../../src/monitor/log-pace.ts'

const usual = { tail: 65_536, chunk: 2 ** 20, perSecond: 2 ** 24, perJob: Infinity, interval: 250 }

describe('logPace', () => {
  it('is the usual one where nobody says anything: the tail is 64 KiB, and no stream has a cap (L2)', () => {
    assert.deepEqual(logPace(undefined, {}, undefined), usual)
  })

  it('takes each key from the narrowest that says it', () => {
    const workspace = { tail: '1 KiB', chunk: '1 KiB', perSecond: '1 KiB', interval: '1s' }
    const destination = { chunk: '2 KiB', perSecond: '2 KiB', perJob: '2 MiB' }
    const job = { perSecond: '3 KiB', interval: '3s' }
    assert.deepEqual(logPace(workspace, destination, job), {
      tail: 1024,
      chunk: 2048,
      perSecond: 3072,
      perJob: 2 ** 21,
      interval: 3000,
    })
    assert.deepEqual(logPace(workspace, undefined, { perJob: '1 TiB' }).perJob, 2 ** 40)
  })

  it('names the key of what is no size or time, and of nothing at all', () => {
    assert.throws(() => logPace({ chunk: 'big' }), { message: /`chunk` of `logs`: `big` is no size/ })
    assert.throws(() => logPace({ interval: '250' }), {
      message: /`interval` of `logs`: `250` is no duration/,
    })
    assert.throws(() => logPace({ perSecond: '0 B' }), { message: /`perSecond` of `logs` is `0 B`/ })
  })
})
