import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { bench, key, request } from './monitor-fixture.ts'

const told = {
  kind: 'vanished',
  reason: 'out-of-memory',
  incarnation: 1,
  evidence: 'sacct',
  hearsay: true,
} as const

describe('an end that only the scheduler tells', () => {
  const begin = async () => {
    const { clock, host, open } = bench()
    const monitor = await open()
    const { tag } = await monitor.start(request('a'))
    await clock.advance(1000)
    await clock.advance(30_000)
    host.say(tag, told)
    await clock.advance(60_000)
    return { clock, host, monitor, tag }
  }

  it('counts when a second look, a grace later, says the same', async () => {
    const { clock, monitor } = await begin()
    assert.equal((await monitor.get(key('a')))?.state.kind, 'running')
    await clock.advance(120_000)
    const { state } = (await monitor.get(key('a'))) ?? assert.fail('no job')
    assert.ok(state.kind === 'failed' && state.reason === 'out-of-memory', JSON.stringify(state))
    await monitor.close()
  })

  it('counts no more when its exit appears in between', async () => {
    const { clock, host, monitor, tag } = await begin()
    host.say(tag, undefined)
    host.end(tag)
    await clock.advance(120_000)
    assert.equal((await monitor.get(key('a')))?.state.kind, 'succeeded')
    await monitor.close()
  })
})
