import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, it } from 'mocha'
import { orAborted } from '../../src/core/or-aborted.ts'

describe('a promise that may be given up', () => {
  it('gives what came of it', async () => {
    const { signal } = new AbortController()
    assert.equal(await orAborted(Promise.resolve('came'), signal), 'came')
    await assert.rejects(orAborted(Promise.reject(new Error('failed')), signal), /failed/)
  })

  it('gives nothing once its signal is aborted, before or while it waits', async () => {
    const stop = new AbortController()
    const waits = orAborted(new Promise(() => {}), stop.signal)
    stop.abort()
    assert.equal(await waits, undefined)
    assert.equal(await orAborted(new Promise(() => {}), stop.signal), undefined)
  })

  it('hears what fails after its signal was aborted', async () => {
    const stop = new AbortController()
    stop.abort()
    const unheard: unknown[] = []
    const listeners = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', (why) => unheard.push(why))
    try {
      assert.equal(await orAborted(Promise.reject(new Error('failed')), stop.signal), undefined)
      await new Promise(setImmediate)
    } finally {
      process.removeAllListeners('unhandledRejection')
      for (const listener of listeners) process.on('unhandledRejection', listener)
    }
    assert.deepEqual(unheard, [])
  })

  it('lets go of what came, however long its signal lasts', async () => {
    setFlagsFromString('--expose-gc')
    const collect: unknown = runInNewContext('gc')
    assert.ok(typeof collect === 'function')
    const { signal } = new AbortController()
    const came = await weakly(signal)
    await new Promise(setImmediate)
    collect()
    assert.equal(came.deref(), undefined)
    assert.equal(signal.aborted, false)
  })
})

async function weakly(signal: AbortSignal): Promise<WeakRef<object>> {
  const value = await orAborted(Promise.resolve({ large: 'x'.repeat(1000) }), signal)
  assert.ok(value)
  return new WeakRef(value)
}
