import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { local } from '../../src/runners/local.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'
import { command, eventually, openJobHost, type JobHost } from './job-host.ts'

describe('what jobs left in the spool that nobody asks for', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  it('is removed with that of another job, once it was there for minutes', async () => {
    const [mine, other] = [await host.submit(command(['true'])), await host.submit(command(['true']))]
    const spool = join(dirname(host.path(mine)), 'spool')
    await eventually(async () =>
      assert.equal((await readdir(spool)).filter((entry) => entry.endsWith('.end')).length, 2),
    )
    const clock = virtualClock()
    const runner = local().open({ ...host.context, clock })
    const lookAndSettle = async () => {
      await runner.look({ jobs: [mine], doubtful: new Set(), ranges: [] }, {})
      await runner.settle([mine], {})
    }
    await lookAndSettle()
    const left = await readdir(spool)
    assert.ok(left.length > 0 && left.every((entry) => entry.startsWith(`${other}.`)), left.join(' '))
    await clock.advance(300_000)
    await lookAndSettle()
    assert.deepEqual(await readdir(spool), [])
    await runner.close()
  })
})
