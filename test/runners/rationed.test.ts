import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import { openUsageBook, sumOf } from '../../src/core/usage-book.ts'
import { rationed } from '../../src/runners/rationed.ts'
import { scriptedRunner } from '../../src/testing/scripted-runner.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'
import { local } from '../../src/transports/local.ts'
import { metered } from '../../src/transports/metered.ts'
import { wasNotSent } from '../../src/transports/not-sent.ts'

const hour = 3_600_000
const look = { jobs: [], doubtful: new Set<never>(), ranges: [] }

describe('a budget of bytes', () => {
  const inMemory = () => openUsageBook(() => Promise.resolve(undefined))

  it('asks nothing once it is spent, says until when, and lets jobs be ended all the same', async () => {
    const clock = virtualClock()
    const book = inMemory()
    const host = scriptedRunner({ clock })
    const runner = rationed(host, { destination: 'hpc', bytesPerHour: 1000, book, clock })
    await book.spend('bytes', 400, clock.now())
    await runner.look(look, {})
    clock.set(clock.now() + hour / 4)
    await book.spend('bytes', 900, clock.now())
    const refused = await runner.submit([], {}).catch((error: unknown) => error)
    assert.ok(wasNotSent(refused))
    const until = clock.now() + hour // with the first 400 alone, 900 are left: below the limit
    await assert.rejects(runner.look(look, {}), {
      code: 'quota-used-up',
      message:
        /^1300 bytes went to and from hpc in an hour, and its budget allows 1000; it is asked again at /,
      details: { until: until - hour / 4, sent: false },
    })
    assert.equal(host.calls.look, 1)
    await runner.cancel([tag('ja')], {})
    await runner.clean([tag('ja')], {})
    clock.set(until - hour / 4 + 1)
    await runner.look(look, {})
  })

  it('counts what goes both ways, and writes it down when the way is closed at the latest', async () => {
    const clock = virtualClock()
    const book = inMemory()
    const way = metered(local(), { book, clock, logger: silent })
    const { stdout } = await way.run('echo 12345', { deadline: 60_000 })
    await way.run('true', { deadline: 60_000 })
    await way.close()
    assert.equal(sumOf(await book.since('bytes', 0)), 'echo 12345'.length + stdout.length + 'true'.length)
  })
})
