import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { calendar } from '../../src/monitor/calendar.ts'
import { cameBetween } from '../../src/monitor/came-between.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const noon = Date.UTC(2026, 0, 1, 12)

describe('cameBetween', () => {
  it('goes through each minute once, however many ask and however often', async () => {
    let asked = 0
    const came = cameBetween(() => {
      asked += 1
      return false
    })
    for (let now = noon; now < noon + 10 * minute; now += 10_000)
      for (let ago = 0; ago < 100; ago += 1) await came(noon - 12 * hour + ago * minute, now)
    assert.equal(asked, 12 * 60 + 9)
  })

  it('answers as one that remembers nothing, also when clocks are set and days slept through', async () => {
    const kept = calendar('0 8 * * 1-5').cameBetween
    const steps = [0, 30_000, minute, -hour, 20 * hour, 2 * day, 61_000, -3 * day, 3 * day, 40 * day, hour]
    let now = noon
    for (const step of steps) {
      now += step
      for (const ago of [0, 1, minute, 5 * hour, day, 3 * day, 2 * hour, 10 * day])
        assert.equal(
          await kept(now - ago, now),
          await calendar('0 8 * * 1-5').cameBetween(now - ago, now),
          `${ago} ms before ${new Date(now).toISOString()}`,
        )
    }
  })
})
