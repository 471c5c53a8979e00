import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { gridengineScheduler } from '../../../src/runners/gridengine.ts'
import { eventually } from '../../runners/job-host.ts'
import { gridenginePrelude as prelude } from '../servers/servers.ts'
import { liveTable, ssh, untilLet } from './live-table.ts'

/** Each shell line of the table, as an ordinary user on a login host of a real Grid Engine. */
describe('the table for Grid Engine, on a real one', function () {
  this.timeout(180_000)
  const table = gridengineScheduler({ prelude })
  const queue = table.queue ?? assert.fail('it has a queue')
  const live = liveTable(table, 'g')
  before(() => {
    const { code, err } = live.call(queue.list)
    assert.equal(code, 0, `Grid Engine does not answer: ${err}`)
  })
  after(() => live.close())

  it('runs a job in its folder, and follows it to its end', async () => {
    const id = live.submit(`echo hello; ${untilLet}`, {
      resources: { cores: 2, memory: '1 GiB', time: '5m' },
    })
    assert.match(id, /^\d+$/)
    const job = await live.phase(id, 'running')
    assert.equal(job.name, live.tag())
    assert.equal(live.find(live.tag()).out, `${id}\n`)
    assert.equal(live.isGone(id), false)
    assert.ok(ssh(`{\n${queue.list}\n} | ${queue.ids}`).out.split('\n').includes(`${id} ${live.tag()}`))
    live.letGo()
    const ended = await live.account(id)
    assert.deepEqual([ended.code, ended.reason], [0, undefined])
    assert.match(live.read('claim.1'), new RegExp(`^${id},0,`))
    assert.match(live.read('run.1/exit'), /^v1,0,-,-,/)
    assert.equal(live.read('run.1/stdout'), 'hello\n')
    assert.equal(live.read('scheduler.log'), '')
    assert.equal(live.isGone(id), true)
    assert.equal(live.find(live.tag()).out, `${id}\n`)
  })

  it('runs a job in a folder with a `$` in its name', async () => {
    const id = live.submit('exit 3', { folder: '$HOME' })
    await live.account(id)
    assert.match(live.read('run.1/exit'), /^v1,3,-,-,/)
  })

  it('holds, finds and cancels a job that waits', async () => {
    const id = live.submit('true', { resources: { flags: ['-h'] } })
    await live.phase(id, 'held')
    assert.equal(live.find(live.tag()).out, `${id}\n`)
    assert.equal(live.call(queue.cancel, id).code, 0)
    await eventually(async () => assert.equal(live.isGone(id), true))
    assert.equal(live.find(live.tag()).out, '', 'it is in neither')
  })

  it('cancels a job that runs', async () => {
    const id = live.submit('trap "" TERM; sleep 300')
    await live.phase(id, 'running')
    assert.equal(live.call(queue.cancel, id, '99999999').code, 0)
    assert.equal((await live.account(id)).signal, 9)
    assert.equal(live.call(queue.cancel, id).code, 0, 'again')
    assert.equal(live.read('run.1/exit'), '')
  })

  it('counts starts where a job may be started again', async () => {
    const id = live.submit('sleep 300', { table: gridengineScheduler({ prelude, requeue: true }) })
    for (const start of [0, 1, 2]) {
      await eventually(async () =>
        assert.match(live.read(`claim.${start + 1}`), new RegExp(`^${id},${start},`)),
      )
      // The wrapper ends so, and Grid Engine starts the job again.
      await eventually(async () => assert.equal(ssh(`qmod -rj ${id}; qstat -j ${id} >/dev/null`).code, 0))
      if (start < 2) await eventually(async () => assert.notEqual(live.read(`claim.${start + 2}`), ''))
    }
    live.call(queue.cancel, id)
  })

  it('tells a limit of time', async () => {
    const id = live.submit('sleep 300', { resources: { flags: ['-l', 'h_rt=3'] } })
    assert.equal((await live.account(id)).reason, 'walltime')
  })

  it('shows a job that could not be started', async () => {
    const id = live.submit('true', { table: { ...table, identity: 'exit 100' } })
    assert.match((await live.phase(id, 'held')).why ?? '', /qstat -j/)
    assert.equal(live.call(queue.cancel, id).code, 0)
  })

  it('is refused what this cluster has not', () => {
    assert.match(live.submit('true', { resources: { partition: 'nosuch.q' } }), /^refused: .*unknown queue/)
    assert.match(live.submit('true', { resources: { account: 'nosuch' } }), /^refused: .*does not exist/)
    assert.match(live.submit('true', { resources: { flags: ['-nosuch'] } }), /^refused: .*invalid option/)
  })

  it('has not tried where nobody listens', () => {
    const port = `${prelude}\nSGE_CELL=nosuch`
    assert.match(live.submit('true', { table: gridengineScheduler({ prelude: port }) }), /^not-tried: /)
  })

  it('reads the elements of an array, and cancels one', async () => {
    const array =
      ssh(`echo true | qsub -terse -h -t 1-5:2 -o /dev/null -j y -N ${live.tag()}a`).out.split('.')[0] ?? ''
    const listed = live.list()
    assert.deepEqual(
      ['1', '2', '3'].map((task) => listed.get(`${array}.${task}`)?.phase),
      ['held', undefined, 'held'],
    )
    assert.equal(live.call(queue.cancel, `${array}.3`).code, 0)
    await eventually(async () => assert.equal(live.list().get(`${array}.3`), undefined))
    assert.equal(live.list().get(array)?.phase, 'held')
    assert.equal(live.call(queue.cancel, array).code, 0)
  })

  it('asks accounting for many at once', async () => {
    const id = live.submit('exit 4')
    await live.account(id)
    const many = Array.from({ length: 20 }, (_, place) => String(900_000 + place))
    const { code, out } = live.call(queue.account, id, ...many)
    assert.deepEqual([code, [...queue.readAccounting(out).keys()]], [0, [id]])
  })

  it('is sure of what there never was', () => {
    assert.equal(live.isGone('99999999'), true)
    assert.deepEqual(live.find('jnosuch'), { code: 0, out: '', err: '' })
    assert.deepEqual(live.call(queue.account, '99999999'), { code: 0, out: '', err: '' })
    assert.equal(live.call(queue.cancel).code, 0)
  })
})
