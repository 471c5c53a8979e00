import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { jobKey, tag } from '../../src/core/ids.ts'
import { stagingNews } from '../../src/monitor/staging-news.ts'
import type { JobEvent } from '../../src/monitor/job-monitor.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'

describe('news of files on their way', () => {
  const one = tag('jone')
  const begin = () => {
    const clock = virtualClock(0)
    const told: JobEvent[] = []
    const news = stagingNews({ clock, tell: (event) => void told.push(event) }, (of) =>
      of === one ? jobKey('one') : undefined,
    )
    const at = (now: number, done: number, of = one) => {
      clock.set(now)
      news(of, { way: 'there', done, total: 10 })
    }
    const seen = () => told.map((event) => ('done' in event ? event.done : assert.fail()))
    return { at, seen, told }
  }

  it('come once a second, and at the end of what took longer', () => {
    const { at, seen, told } = begin()
    for (const [now, done] of [
      [0, 1],
      [900, 2],
      [1000, 3],
      [1500, 4],
      [1999, 5],
      [2000, 6],
      [2100, 10],
    ] as const)
      at(now, done)
    assert.deepEqual(seen(), [3, 6, 10])
    assert.deepEqual(told[0], { kind: 'staging', key: 'one', way: 'there', done: 3, total: 10 })
  })

  it('do not come of what takes less, nor of what is no job', () => {
    const { at, seen } = begin()
    for (const [now, done] of [
      [0, 1],
      [500, 10],
      [5000, 1],
      [5500, 10],
    ] as const)
      at(now, done)
    at(0, 1, tag('jother'))
    at(9000, 5, tag('jother'))
    assert.deepEqual(seen(), [])
  })

  it('go on after a clock was set back', () => {
    const { at, seen } = begin()
    at(100_000, 1)
    at(1000, 2)
    assert.deepEqual(seen(), [2])
  })
})
