import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { pbsScheduler } from '../../../src/runners/pbs.ts'
import { eventually } from '../../runners/job-host.ts'
import { torquePrelude } from '../servers/servers.ts'
import { liveTable, ssh, untilLet } from './live-table.ts'

/** Each shell line of the table, as an ordinary user, against Torque's commands on a real Slurm: no PBS is to be had where this runs. */
describe('the table for PBS, on the wrappers around a real Slurm', function () {
  this.timeout(180_000)
  const table = pbsScheduler({ prelude: torquePrelude })
  const queue = table.queue ?? assert.fail('it has a queue')
  const live = liveTable(table, 'p')
  before(() => {
    const { code, err } = live.call(queue.list)
    assert.equal(code, 0, `the wrappers do not answer: ${err}`)
  })
  after(() => live.close())

  it('runs a job in its folder, and follows it to its end', async () => {
    const id = live.submit(`echo hello; ${untilLet}`, {
      resources: { cores: 2, memory: '64 MiB', time: '5m' },
    })
    assert.match(id, /^\d+$/)
    const job = await live.phase(id, 'running')
    assert.equal(job.name, live.tag())
    assert.match(job.line, /Resource_List.walltime=00:05:00/)
    assert.equal(live.find(live.tag()).out, `${id}\n`)
    assert.equal(live.isGone(id), false)
    assert.ok(ssh(`{\n${queue.list}\n} | ${queue.ids}`).out.split('\n').includes(`${id} ${live.tag()}`))
    live.letGo()
    assert.deepEqual((await live.account(id)).word, 'C')
    assert.match(live.read('claim.1'), new RegExp(`^${id},0,`))
    assert.match(live.read('run.1/exit'), /^v1,0,-,-,/)
    assert.equal(live.read('run.1/stdout'), 'hello\n')
    assert.equal((await live.phase(id, 'ended')).word, 'C')
    assert.equal(live.isGone(id), true)
  })

  it('writes a log where the folder has a plain name', async () => {
    const id = live.submit('exit 3', { folder: '../abeyance-plain' })
    await live.account(id)
    assert.match(live.read('run.1/exit'), /^v1,3,-,-,/)
    assert.equal(
      ssh(`cd "$HOME/abeyance-plain/${live.tag()}" && ls scheduler.log; rm -rf ../../abeyance-plain`).out,
      'scheduler.log\n',
    )
  })

  it('holds, finds and cancels a job that waits', async () => {
    const id = live.submit('true', { resources: { flags: ['-h'] } })
    await live.phase(id, 'waiting', 'held')
    assert.equal(live.find(live.tag()).out, `${id}\n`)
    assert.equal(live.isGone(id), false)
    assert.equal(live.call(queue.cancel, id).code, 0)
    await eventually(async () => assert.equal(live.isGone(id), true))
  })

  it('cancels a job that runs', async () => {
    const id = live.submit('sleep 300')
    await live.phase(id, 'running')
    assert.equal(live.call(queue.cancel, id, '99999999').code, 0)
    await live.account(id)
    assert.equal(live.call(queue.cancel, id).code, 0, 'again')
  })

  it('is refused what this cluster has not', () => {
    assert.match(live.submit('true', { resources: { partition: 'nosuch' } }), /^refused: .*invalid partition/)
    assert.match(live.submit('true', { resources: { account: 'nosuch' } }), /^refused: .*Invalid account/)
    assert.match(live.submit('true', { resources: { flags: ['-Q'] } }), /^refused: .*Unknown option/)
  })

  it('has not tried where there is no PBS', () => {
    assert.match(
      live.submit('true', { table: pbsScheduler({ prelude: 'PATH=/nonexistent' }) }),
      /^not-tried: no PBS/,
    )
  })

  it('is sure of what there is not', () => {
    assert.equal(live.isGone('99999999'), true)
    assert.deepEqual(live.find('jnosuch'), { code: 0, out: '', err: '' })
    assert.equal(queue.readAccounting(live.call(queue.account, '99999999').out).size, 0)
    assert.equal(live.call(queue.cancel).code, 0)
  })
})
