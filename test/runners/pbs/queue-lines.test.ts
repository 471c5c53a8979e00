import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { pbsScheduler } from '../../../src/runners/pbs.ts'
import { queueLines } from '../../../src/runners/pbs/queue-lines.ts'
import { readAccounting } from '../../../src/runners/pbs/read-accounting.ts'
import { readQueue } from '../../../src/runners/pbs/read-queue.ts'
import { openPbsHost } from './pbs-host.ts'
import { recorded } from './recorded.ts'

let host: ReturnType<typeof openPbsHost>
beforeEach(() => (host = openPbsHost()))
afterEach(() => host.close())

const { list, ids, account, find, cancel, gone } = queueLines({})
const words = () => readFileSync(join(host.folder, 'words'), 'utf8')
const down = { err: 'Connection refused\nqstat: cannot connect to server head (errno=15010)\n', code: 255 }
const noJobs = '{\n\t"timestamp":\t1,\n\t"pbs_version":\t"23.06.06",\n\t"pbs_server":\t"head"\n}\n'

describe("PBS's questions", () => {
  it("list the user's jobs, each dialect in its own way", () => {
    host.ask('openpbs', { out: recorded('openpbs-queue.json'), selected: '1.head 2.head' })
    assert.equal(readQueue(host.run(list).out).jobs.size, 9)
    assert.equal(words(), '-t -f -F json 1.head 2.head\n')
    host.ask('torque', { out: recorded('torque.txt'), selected: '4521.head' })
    assert.equal(readQueue(host.run(list).out).jobs.size, 5)
    assert.equal(words(), '-f 4521.head\n')
    host.ask('slurm', { out: recorded('wrapped.txt') })
    assert.equal(readQueue(host.run(list).out).jobs.size, 4)
    assert.equal(words(), '-f\n')
  })

  it('list nothing where there is nothing', () => {
    for (const dialect of ['openpbs', 'torque'] as const) {
      host.ask(dialect, { selected: '' })
      assert.deepEqual(readQueue(host.run(list).out), { jobs: new Map(), unread: [] })
    }
    host.ask('slurm', { code: 153 })
    assert.deepEqual(readQueue(host.run(list).out), { jobs: new Map(), unread: [] })
  })

  it('list the others when a job ended in between', () => {
    host.ask('openpbs', {
      out: recorded('openpbs-queue.json'),
      err: 'qstat: Unknown Job Id 99.head\n',
      code: 153,
    })
    const { code, out } = host.run(list)
    assert.deepEqual([code, readQueue(out).jobs.size, readQueue(out).unread.length], [0, 9, 0])
    host.ask('openpbs', { out: noJobs, err: 'qstat: 10.head Job has finished, use -x or -H\n', code: 35 })
    assert.deepEqual(readQueue(host.run(list).out), { jobs: new Map(), unread: [] })
    host.ask('torque', {
      out: recorded('torque.txt'),
      err: 'qstat: Unknown Job Id Error 99.head\n',
      code: 153,
    })
    assert.equal(readQueue(host.run(list).out).jobs.size, 5)
  })

  it('fail with its words where the server does not answer', () => {
    for (const dialect of ['openpbs', 'torque', 'slurm'] as const) {
      host.ask(dialect, { ...down, out: dialect === 'openpbs' ? noJobs : '' })
      for (const lines of [list, account]) {
        const { code, err } = host.run(lines, '1.head')
        assert.notEqual(code, 0, dialect)
        assert.match(err, /onnect/, dialect)
      }
    }
    host.ask('slurm', { err: 'Problem loading jobs.\n', code: 255 })
    assert.match(host.run(list).err, /Problem loading/)
    host.ask('torque', {})
    host.answer('qselect', { err: 'qselect: cannot connect to server\n', code: 255 })
    assert.notEqual(host.run(list).code, 0)
    host.answer('qstat', { out: 'SGE 8.1.9\n' })
    assert.equal(host.run(list).code, 127)
  })

  it('find the ids in a list', () => {
    for (const [dialect, name] of [
      ['openpbs', 'openpbs-queue.json'],
      ['torque', 'torque.txt'],
      ['slurm', 'wrapped.txt'],
    ] as const) {
      host.ask(dialect, { out: recorded(name) })
      const { out } = host.run(list)
      writeFileSync(join(host.folder, 'list'), out)
      const named = [...readQueue(out).jobs].map(([native, job]) => `${native} ${job.name}`)
      assert.deepEqual(host.run(`cat list | ${ids}`).out.trim().split('\n'), named)
    }
    assert.deepEqual(
      host.run(`printf '{"Jobs":{"1.head":{"a":{"b":1}},"7[2].head":{}}}' | ${ids}`).out,
      '1.head\n7[2].head\n',
    )
  })

  it('ask the history of OpenPBS, and tell one that is off from one without the job', () => {
    host.ask('openpbs', { out: recorded('openpbs-history.json') })
    assert.equal(readAccounting(host.run(account, '1.head', '2.head').out).size, 8)
    assert.equal(words(), '-x -f -F json 1.head 2.head\n')
    host.ask('openpbs', { out: noJobs, err: 'qstat: Unknown Job Id 9.head\n', code: 153 })
    assert.deepEqual(host.run(account, '9.head'), { code: 0, out: '', err: '' })
    assert.equal(host.run(`HISTORY=False; export HISTORY\n${account}`, '9.head').code, 3)
    host.ask('openpbs', {
      out: noJobs,
      err: 'qstat: PBS is not configured to maintain job history\n',
      code: 1,
    })
    assert.equal(host.run(account, '9.head').code, 3)
  })

  it('ask the others for what they have not forgotten', () => {
    host.ask('torque', { out: recorded('torque.txt') })
    assert.equal(readAccounting(host.run(account, '4522.head.cluster').out).size, 5)
    host.ask('slurm', { code: 153 })
    assert.deepEqual(host.run(account, '9'), { code: 0, out: '# end\n', err: '' })
  })

  it('find a job by its name, in the queue and then in the history', () => {
    host.ask('openpbs', {})
    host.make(
      'qselect',
      `case "$*" in '-u ada -N jone') ;; '-x -u ada -N jone') echo 7.head; echo 8.head ;; *) exit 1 ;; esac`,
    )
    assert.deepEqual(host.run(find, 'jone', '0'), { code: 0, out: '8.head\n', err: '' })
    assert.deepEqual(host.run(`HISTORY=False; export HISTORY\n${find}`, 'jone', '0'), {
      code: 0,
      out: '',
      err: '',
    })
    host.answer('qselect', {})
    assert.deepEqual(host.run(find, 'jone', '0'), { code: 0, out: '', err: '' })
    const mute = (lines: string) => host.run(`MUTE=yes; export MUTE\n${lines}`, 'jone', '0').code
    assert.equal(mute(find), 1, 'it does not say whether it keeps a history')
    assert.equal(mute(account), 1)
    host.answer('qselect', { err: 'qselect: cannot connect\n', code: 255 })
    assert.notEqual(host.run(find, 'jone', '0').code, 0)
  })

  it('find it with the others in the queue, or nowhere', () => {
    host.ask('torque', { selected: '7.head' })
    assert.equal(host.run(find, 'jone', '0').out, '7.head\n')
    host.ask('torque', { selected: '' })
    assert.deepEqual(host.run(find, 'jone', '0'), { code: 0, out: '', err: '' })
    host.ask('slurm', { out: recorded('wrapped.txt') })
    assert.equal(host.run(find, 'opt', '0').out, '2\n')
    assert.equal(host.run(find, 'op', '0').out, '')
    host.ask('slurm', down)
    assert.notEqual(host.run(find, 'opt', '0').code, 0)
  })

  it('cancel what is there, and what is gone already is no fault', () => {
    const gone =
      'qdel: Unknown Job Id 9.head\nqdel: Job has finished 2.head\nqdel: Request invalid for state of job 3.head\n'
    for (const answer of [{}, { err: gone, code: 153 }, { code: 2 }]) {
      host.answer('qdel', answer)
      assert.equal(host.run(cancel, '1', '2').code, 0)
    }
    for (const answer of [
      { err: `${gone}qdel: Unauthorized Request 1.head\n`, code: 159 },
      down,
      { code: 127 },
    ]) {
      host.answer('qdel', answer)
      const { code, err } = host.run(cancel, '1', '2')
      assert.equal(code, 1)
      assert.notEqual(err, '')
    }
  })

  it('know that a job is gone only by being told so', () => {
    const sure = [
      { err: 'qstat: Unknown Job Id 7.head\n', code: 153 },
      {
        err: 'qstat: 7.head Job has finished, use -x or -H to obtain historical job information\n',
        code: 35,
      },
      { code: 153 },
      { out: 'Job Id: 7.head\n    job_state = C\n' },
      { out: 'Job Id:\t7\n\tjob_state = C\n' },
    ]
    for (const answer of sure) {
      host.answer('qstat', answer)
      assert.equal(host.run(gone, '7.head').code, 0, JSON.stringify(answer))
    }
    for (const answer of [
      down,
      {},
      { code: 1 },
      { out: '    job_state = R\n' },
      { out: '    Variable_List = job_state = C\n' },
    ]) {
      host.answer('qstat', answer)
      assert.notEqual(host.run(gone, '7.head').code, 0, JSON.stringify(answer))
    }
  })
})

describe("PBS's identity", () => {
  const run = (environment: string, requeue: boolean) =>
    host.run(
      `pid=5 restart=0 native=$pid\n${environment}\n${pbsScheduler({ requeue }).identity}\necho "$native $restart"`,
    ).out

  it('is what the server calls the job', () => {
    assert.equal(run('PBS_JOBID=19.head', false), '19.head 0\n')
    assert.equal(run('SLURM_JOB_ID=12 SLURM_RESTART_COUNT=2', false), '12 2\n')
    assert.equal(run('SLURM_JOB_ID=12 SLURM_RESTART_COUNT=2', true), '12 2\n')
  })

  it('counts starts only where the server may start a job again', () => {
    writeFileSync(join(host.folder, 'claim.1'), '19.head,0,host,1,1,boot,nonce,0\n')
    assert.equal(run('PBS_JOBID=19.head', false), '19.head 0\n')
    assert.equal(run('PBS_JOBID=19.head', true), '19.head 1\n')
    assert.equal(run('PBS_JOBID=20.head', true), '20.head 0\n')
  })
})
