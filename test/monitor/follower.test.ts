import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { openFollower } from '../../src/monitor/follower.ts'
import type { LogRange } from '../../src/runners/runner.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'

const mebi = 2 ** 20
const pace = { perSecond: 2 ** 30, interval: 250 }

const reader = () => ({ signal: new AbortController().signal })
const rangeOf = (name: number, limit: number): LogRange => ({
  tag: tag(`t${name}`),
  incarnation: 1,
  stream: 'stdout',
  offset: 0,
  limit,
})

describe('openFollower', () => {
  it('has no look bring more than 16 MiB, however many follow; the others are next (L4)', async () => {
    const clock = virtualClock()
    const follower = openFollower({ clock, asked() {} })
    const asked = Array.from({ length: 40 }, (_, place) =>
      follower.ask(rangeOf(place, mebi), { ...reader(), soon: true, pace }),
    )
    const looks: number[] = []
    while (follower.due() === 0) {
      const ranges = follower.take()
      looks.push(ranges.length)
      follower.answer(
        ranges,
        ranges.map((range) => ({ kind: 'chunk', ...range, bytes: new Uint8Array(1), size: 1 })),
      )
    }
    assert.deepEqual(looks, [16, 16, 8])
    await Promise.all(asked)
    assert.equal(follower.due(), Infinity)
  })

  it('has looks bring less after one that was slow or failed, and more again once they are quick', () => {
    const clock = virtualClock()
    const follower = openFollower({ clock, asked() {} })
    const looks: number[] = []
    const look = (took: number | 'fails') => {
      void follower.ask(rangeOf(1, mebi), { ...reader(), soon: true, pace })
      clock.set(clock.now() + 1000)
      const ranges = follower.take()
      looks.push(ranges[0]?.limit ?? 0)
      if (took === 'fails') return
      clock.set(clock.now() + took)
      follower.answer(
        ranges,
        ranges.map((range) => ({ kind: 'chunk', ...range, bytes: new Uint8Array(1), size: 1 })),
      )
    }
    for (const took of [100, 3000, 3000, 1000, 100, 100, 'fails', 1000] as const) look(took)
    assert.deepEqual(
      looks.map((bytes) => bytes / 1024),
      [1024, 1024, 512, 256, 256, 512, 1024, 512],
    )
  })

  it('asks again for what a look did not bring, but not before the interval is over', () => {
    const clock = virtualClock()
    const follower = openFollower({ clock, asked() {} })
    void follower.ask(rangeOf(1, 10), { ...reader(), soon: true, pace })
    follower.answer(follower.take(), [])
    assert.deepEqual([follower.waiting(), follower.due(), follower.take()], [true, 250, []])
    clock.set(clock.now() + 250)
    assert.equal(follower.take().length, 1)
  })

  it('forgets who does not wait any more', async () => {
    const stop = new AbortController()
    const follower = openFollower({ clock: virtualClock(), asked() {} })
    const asked = follower.ask(rangeOf(1, 10), { signal: stop.signal, soon: true, pace })
    stop.abort()
    await assert.rejects(asked)
    assert.equal(follower.waiting(), false)
  })
})
