import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { slurmScheduler } from '../../../src/runners/slurm.ts'
import { readSqueue } from '../../../src/runners/slurm/read-squeue.ts'
import { recorded } from './recorded.ts'
import { openLoginHost, type LoginHost } from './shell.ts'

const { gone, queue } = slurmScheduler()
assert.ok(queue)
const disabled = { err: 'Slurm accounting storage is disabled\n', code: 1 }
const down = { err: 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n', code: 1 }

let host: LoginHost
beforeEach(() => {
  host = openLoginHost()
})
afterEach(() => host.close())

describe('asking whether a job is gone', () => {
  const cases: readonly (readonly [
    what: string,
    answer: { out?: string; err?: string; code?: number },
    gone: boolean,
  ])[] = [
    ['one that ended', { out: 'COMPLETED\n' }, true],
    ['one that was cancelled, between warnings', { out: 'CANCELLED\n', err: 'squeue: warning: old\n' }, true],
    ['one that is forgotten', { err: 'slurm_load_jobs error: Invalid job id specified\n', code: 1 }, true],
    ['one that waits', { out: 'PENDING\n' }, false],
    ['one that is put back', { out: 'REQUEUE_HOLD\n' }, false],
    ['one that is being ended', { out: 'COMPLETING\n' }, false],
    ['an array of which a task waits', { out: 'COMPLETED\nPENDING\nCOMPLETED\n' }, false],
    ['a word that nobody knows', { out: 'DREAMING\n' }, false],
    ['no word at all', {}, false],
    ['no answer', down, false],
    ['what is no id', { err: 'squeue: error: Invalid job id: abc\n', code: 1 }, false],
  ]
  for (const [what, answer, expected] of cases)
    it(`says ${expected ? 'yes' : 'no'} of ${what}`, () => {
      host.answer('squeue', answer)
      assert.equal(host.run(gone, ['12']).code === 0, expected)
      assert.equal(host.asked('squeue'), '-h -a -t all -j 12 -o %T\n')
    })
})

describe('asking whether a task of an array is gone', () => {
  it('says yes where the array is known and the task is not listed, as after its cancelling', () => {
    host.answer('squeue', {})
    assert.equal(host.run(gone, ['12_3']).code, 0)
    host.answer('squeue', { out: 'PENDING\n' })
    assert.notEqual(host.run(gone, ['12_3']).code, 0)
    host.answer('squeue', down)
    assert.notEqual(host.run(gone, ['12_3']).code, 0)
  })
})

describe('listing the queue', () => {
  it('asks for all jobs of the user, each task apart, and marks the end', () => {
    host.answer('id', { out: '1001\n' })
    host.answer('squeue', { out: recorded('squeue-busy').replace('. end\n', '') })
    const { code, out } = host.run(queue.list, [], { SQUEUE_STATES: 'R', SLURM_TIME_FORMAT: 'relative' })
    assert.equal(code, 0)
    assert.equal(out, recorded('squeue-busy'))
    assert.equal(host.asked('squeue'), '-h -a -t all -r -u 1001 -o %i|%T|%i|%j|%r|%t|%i|.\n')
    assert.equal(host.environmentOf('squeue').has('SQUEUE_STATES'), false)
    assert.equal(host.environmentOf('squeue').get('SLURM_TIME_FORMAT'), 'standard')
  })

  it('fails with the words of Slurm, and without an end, where it gives no answer', () => {
    host.answer('squeue', down)
    const { code, out, err } = host.run(queue.list)
    assert.notEqual(code, 0)
    assert.deepEqual([out, err], ['', down.err])
  })

  it('finds the ids in it', () => {
    for (const name of ['squeue-busy', 'squeue-requeued', 'squeue-ended']) {
      const text = recorded(name)
      const { out } = host.run(`cat <<'LIST' | ${queue.ids}\n${text}LIST\n`)
      const named = [...readSqueue(text).jobs].map(([native, job]) => `${native} ${job.name}`)
      assert.deepEqual(out.trimEnd().split('\n'), named)
    }
  })
})

describe('asking accounting', () => {
  it('says who asks, then what sacct says, two hundred ids at a time', () => {
    host.answer('id', { out: '1001\n' })
    host.answer('sacct', { out: recorded('sacct-late').replace('uid 1001\n', '') })
    const ids = Array.from({ length: 401 }, (_, at) => `${at + 1}`)
    const { code, out } = host.run(queue.account, ['not;an id', '', ...ids])
    assert.equal(code, 0)
    assert.ok(out.startsWith(recorded('sacct-late')))
    const asked = host.asked('sacct').trimEnd().split('\n')
    assert.deepEqual(
      asked.map((line) => / -j ([^ ]*)/.exec(line)?.[1]?.split(',').length),
      [200, 200, 1],
    )
    assert.match(asked[2] ?? '', /^-n -P -X -D -S 2000-01-01 -j 401 -o JobID,State,JobID,ExitCode,/)
  })

  it('asks for the whole of an array, once', () => {
    host.answer('sacct', {})
    host.run(queue.account, ['12_1', '12_2', '7', '12_3', '8+1'])
    assert.match(host.asked('sacct'), / -j 12,7,8\+1 /)
  })

  it('says with code 3 that there is none, and with another that it gave no answer', () => {
    assert.equal(host.run(queue.account, ['1']).code, 3)
    host.answer('sacct', disabled)
    assert.equal(host.run(queue.account, ['1']).code, 3)
    const refused = { err: 'sacct: error: Problem talking to the database: Connection refused\n', code: 1 }
    host.answer('sacct', refused)
    const { code, err } = host.run(queue.account, ['1'])
    assert.deepEqual([code, err], [1, refused.err])
  })
})

describe('finding a job by its name', () => {
  const find = () => {
    const { code, out } = host.run(queue.find, ['jabc', '1000000'])
    return code === 0 ? out.trim() || 'none' : 'nobody knows'
  }
  const queued = '1000010|12|jabc\n'

  it('takes the newest of that name that is not too old, from the queue alone where it is there', () => {
    host.answer('id', { out: '1001\n' })
    host.answer('squeue', {
      out: `1000010|12|jabc\n1000020|7|jabc\n1000015|13|jabc\n1000030|14|jabcd\n900|99|jabc\n`,
    })
    host.answer('sacct', down)
    assert.equal(find(), '7')
    assert.equal(host.asked('sacct'), '')
    assert.equal(host.asked('squeue'), '-h -a -r -t all -u 1001 --name=jabc -o %V|%i|%j\n')
    assert.equal(host.environmentOf('squeue').get('SLURM_TIME_FORMAT'), '%s')
  })

  it('allows for a controller whose clock is behind', () => {
    host.answer('squeue', { out: '999800|12|jabc\n' })
    assert.equal(find(), '12')
  })

  it('takes the first part of a heterogeneous job, and an array by its own id', () => {
    host.answer('squeue', { out: '1000010|12+0|jabc\n1000010|12+1|jabc\n' })
    assert.equal(find(), '12')
    host.answer('squeue', { out: '1000010|12_4|jabc\n' })
    assert.equal(find(), '12')
  })

  it('asks accounting for what the queue has not', () => {
    host.answer('squeue', {})
    host.answer('sacct', { out: queued })
    assert.equal(find(), '12')
    assert.match(host.asked('sacct'), / --name=jabc -S now-\d+seconds -o Submit,JobID,JobName$/m)
    host.answer('sacct', { out: '1000010|12|allocation\n' })
    assert.equal(find(), 'none')
  })

  it('goes by the queue alone where accounting is off', () => {
    host.answer('squeue', {})
    assert.equal(find(), 'none')
    host.answer('sacct', disabled)
    assert.equal(find(), 'none')
    host.answer('squeue', { out: queued })
    assert.equal(find(), '12')
  })

  it('does not know where either gives no answer, or a time cannot be read', () => {
    host.answer('squeue', down)
    host.answer('sacct', { out: queued })
    assert.equal(find(), 'nobody knows')
    host.answer('squeue', {})
    host.answer('sacct', down)
    assert.equal(find(), 'nobody knows')
    host.answer('squeue', { out: '2026-11-21T13:40:51|12|jabc\n' })
    assert.equal(find(), 'nobody knows')
  })
})

describe('cancelling', () => {
  it('hands on the ids, two hundred at a time', () => {
    host.answer('scancel', {})
    const ids = Array.from({ length: 201 }, (_, at) => `${at + 1}`)
    assert.equal(
      host.run(queue.cancel, [...ids, '12_3', '12+1', '-u root'], { SCANCEL_INTERACTIVE: '1' }).code,
      0,
    )
    const calls = host.asked('scancel').trimEnd().split('\n')
    assert.equal(calls[1], '-Q 201 12_3 12+1')
    assert.equal(host.environmentOf('scancel').has('SCANCEL_INTERACTIVE'), false)
  })

  it('does nothing for no job', () => {
    assert.equal(host.run(queue.cancel).code, 0)
  })

  it('finds no fault in a job that has ended or is forgotten', () => {
    const err =
      'scancel: error: Kill job error on job id 8: Job/step already completing or completed\n' +
      'scancel: error: Kill job error on job id 9: Invalid job id specified\n'
    host.answer('scancel', { err, code: 1 })
    assert.deepEqual(host.run(queue.cancel, ['8', '9']), { code: 0, out: '', err: '' })
  })

  it('fails with the words of Slurm where a job may go on', () => {
    const err =
      'scancel: error: Kill job error on job id 1: Unable to contact slurm controller (connect failure)\n'
    host.answer('scancel', { err, code: 8 })
    const { code, err: words } = host.run(queue.cancel, ['1'])
    assert.deepEqual([code, words], [1, err])
    host.answer('scancel', { code: 1 })
    assert.equal(host.run(queue.cancel, ['1']).code, 1)
  })
})

describe('a host that serves several clusters', () => {
  it('asks one of them', () => {
    const one = slurmScheduler({ cluster: 'one' })
    assert.ok(one.queue)
    for (const lines of [one.gone, one.queue.list, one.queue.account, one.queue.find, one.queue.cancel])
      assert.match(lines, /--clusters=one/)
  })
})
