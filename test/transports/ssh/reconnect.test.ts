import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { openPace } from '../../../src/transports/ssh/reconnect.ts'

const minute = 60_000

/** Numbers that look like chance, the same each time. */
function chance(seed: number): () => number {
  let state = seed + 1
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}

/** When attempts begin in an hour, against a host where each comes to `code` after `lasting` ms. */
function attempts(
  code: 'unreachable' | 'connection-refused' | 'authentication-failed',
  lasting: number,
  seed = 0,
) {
  const pace = openPace(chance(seed))
  const begun: number[] = []
  for (let now = 1e12; now < 1e12 + 60 * minute; now += Math.max(pace.wait(now), 1)) {
    begun.push(now)
    now += lasting
    pace.failed(code, now - lasting, now)
  }
  return begun
}

describe('the pace of connecting', () => {
  it('lets a host that was never tried be tried at once', () => assert.equal(openPace().wait(0), 0))

  it('makes at most six attempts in any ten minutes against a black hole, whatever chance says', () => {
    for (let seed = 0; seed < 1000; seed++) {
      const begun = attempts('unreachable', seed % 3 === 0 ? 20_000 : 1, seed)
      for (const [at, first] of begun.entries()) {
        const seventh = begun[at + 6]
        assert.ok(seventh === undefined || seventh - first >= 10 * minute, `seed ${seed}, attempt ${at}`)
      }
      assert.ok(begun.length >= 20, `only ${begun.length} attempts in an hour`)
    }
  })

  it('goes on at least every ten minutes against a black hole', () => {
    const begun = attempts('unreachable', 20_000)
    for (const [at, one] of begun.entries()) assert.ok(one - (begun[at - 1] ?? one) <= 10 * minute)
  })

  it('tries a host that refuses connections soon, and never rarer than every 30 s', () => {
    const begun = attempts('connection-refused', 1)
    const pauses = begun.slice(1).map((one, at) => one - (begun[at] ?? 0))
    assert.ok((pauses[0] ?? 0) <= 1002 && Math.max(...pauses) <= 30_002)
  })

  it('leaves a host that refuses us alone for long', () => {
    assert.ok(attempts('authentication-failed', 1).length <= 7)
  })

  it('takes up to half of a pause off by chance', () => {
    const pauseFor = (random: number) => {
      const pace = openPace(() => random)
      pace.failed('connection-refused', 0, 0)
      return pace.wait(0)
    }
    assert.deepEqual([pauseFor(0), pauseFor(0.5), pauseFor(1)], [1000, 750, 500])
  })

  it('begins anew after it was connected', () => {
    const pace = openPace(() => 0)
    for (let now = 0; now < 4000; now += 1000) pace.failed('connection-refused', now, now)
    pace.connected(20_000)
    pace.broke(20_000 + 2 * minute)
    assert.equal(pace.wait(20_000 + 2 * minute), 0)
    pace.failed('connection-refused', 200_000, 200_000)
    assert.equal(pace.wait(200_000), 1000)
  })

  it('comes back at once after a long life, and slows down after short ones, to 5 s', () => {
    const pace = openPace(() => 0)
    const pauses: number[] = []
    let now = 0
    for (const life of [1000, 1000, 1000, 1000, 1000, 2 * minute, 1000]) {
      pace.connected(now)
      now += life
      pace.broke(now)
      pauses.push(pace.wait(now))
      now += pace.wait(now)
    }
    assert.deepEqual(pauses, [1000, 2000, 4000, 5000, 5000, 0, 1000])
  })

  it('does not wait for hours when the clock was set back', () => {
    const pace = openPace()
    pace.failed('unreachable', 1e12, 1e12)
    assert.equal(pace.wait(1e12 - 24 * 60 * minute), 0)
  })
})
