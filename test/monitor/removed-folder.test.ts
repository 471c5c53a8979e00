import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { describe, it } from 'mocha'
import { systemClock } from '../../src/core/clock.ts'
import { workspaceId } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import { openMonitor } from '../../src/monitor/open-monitor.ts'
import { memoryStore } from '../../src/records/memory.ts'
import { eventually, openJobHost, runs, script } from '../runners/job-host.ts'
import { key, quietOutbox, request } from './monitor-fixture.ts'

describe('a running job whose folder was removed', () => {
  it('goes on as running, with a note and over a restart, and is killed when it is cancelled', async () => {
    const host = await openJobHost()
    const store = memoryStore()
    const here = { name: 'here', runner: host.runner, limits: {} }
    const open = () =>
      openMonitor({
        store,
        clock: systemClock,
        workspace: workspaceId('w'),
        logger: silent,
        outbox: quietOutbox,
        destinations: new Map([['here', here]]),
        logFolder: host.context.logFolder,
        settings: { closeGrace: 0, lostGrace: 1 },
      })
    const first = await open()
    const spec = script('echo $$; exec sleep 600')
    const retry = [{ on: ['lost' as const], attempts: 2 }]
    const { tag } = await first.start(request('a', { spec, retry }))
    try {
      const pid = await eventually(async () => {
        await first.look()
        assert.ok((await first.get(key('a')))?.processes !== undefined, 'no processes are known yet')
        const said = Number(await host.read(tag, 'run.1/stdout'))
        assert.ok(said > 0, 'it said nothing yet')
        return said
      })
      await rm(host.path(tag), { recursive: true })
      for (let looks = 0; looks < 3; looks++) await first.look()
      const notes = (await first.history(key('a'))).filter(({ evidence }) =>
        /folder is gone/.test(evidence.text),
      )
      assert.equal(notes.length, 1)
      await first.close()
      const second = await open()
      try {
        for (let looks = 0; looks < 3; looks++) await second.look()
        const job = await second.get(key('a'))
        assert.deepEqual([job?.state.kind, job?.attempt, await runs(pid)], ['running', 1, true])
        await second.cancel(key('a'), { by: 'ann' })
        await eventually(async () => assert.equal((await second.get(key('a')))?.state.kind, 'cancelled'))
        assert.equal(await runs(pid), false)
      } finally {
        await second.close()
      }
    } finally {
      await first.close()
      await host.close()
    }
  })
})
