import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { gridengineScheduler } from '../../../src/runners/gridengine.ts'
import { queueLines } from '../../../src/runners/gridengine/queue-lines.ts'
import { readAccounting } from '../../../src/runners/gridengine/read-accounting.ts'
import { readQueue } from '../../../src/runners/gridengine/read-queue.ts'
import { openPrograms, type FakePrograms } from '../fake-programs.ts'
import { recorded } from './recorded.ts'

let host: FakePrograms
beforeEach(() => (host = openPrograms()))
afterEach(() => host.close())

const { list, ids, account, find, cancel, gone } = queueLines({})
const down = {
  err: 'error: commlib error: got select error (Connection refused)\nerror: unable to send message to qmaster\n',
  code: 1,
}
const records = recorded('accounting.txt').replaceAll(/^of .*\n/gm, '')

/** A qacct that knows the recorded jobs, by number or by name, as the real one does. */
function makeQacct(): void {
  writeFileSync(join(host.folder, 'records'), records)
  host.make(
    'qacct',
    `if [ "$1" = -o ]; then cat records; echo 'OWNER  WALLCLOCK'; echo '====='; echo 'ada 4 4'; exit 0; fi
awk -v key="$2" '
  function flush() { if (mine) { printf "%s", text; some = 1 } text = ""; mine = 0 }
  /^====/ { flush() }
  { text = text $0 "\\n" }
  ($1 == "jobname" || $1 == "jobnumber") && $2 == key { mine = 1 }
  END { flush(); exit !some }' records || { echo "error: job id $2 not found" >&2; exit 1; }`,
  )
}

describe("Grid Engine's questions", () => {
  it('list the jobs of the user in every state, whatever the defaults are', () => {
    host.make('qstat', 'echo "$@"')
    assert.deepEqual(host.run(list), { code: 0, out: '-xml -s prs -u ada\n', err: '' })
    host.answer('qstat', down)
    const { code, err } = host.run(list)
    assert.notEqual(code, 0)
    assert.match(err, /unable to send message/)
  })

  it('find the ids in a list, an element of an array by its own', () => {
    const whole = recorded('queue.xml')
    for (const text of [whole, whole.replaceAll(/>\s+</g, '><')]) {
      writeFileSync(join(host.folder, 'list'), text)
      const { out } = host.run(`cat list | ${ids}`)
      const named = [...readQueue(text).jobs].map(([native, job]) => `${native} ${job.name}`)
      assert.deepEqual(new Set(out.trim().split('\n')), new Set(named))
    }
  })

  for (const many of [0, 9])
    it(`ask accounting for ${many || 'few'} jobs and more, and pass over those that it does not know`, () => {
      makeQacct()
      const others = Array.from({ length: many }, (_, place) => `9000${place}`)
      const { code, out } = host.run(account, '50', '55.2', '56', '77777', ...others)
      assert.equal(code, 0)
      assert.deepEqual([...readAccounting(out).keys()], ['50', '55.1', '55.2', '55.3', '56'])
    })

  it('tell accounting that is off from one that gave no answer', () => {
    const ask = [...Array(9).keys()].map(String)
    for (const words of [['1'], ask]) {
      host.answer('qacct', {
        err: '/opt/sge/default/common/accounting: No such file or directory\n',
        code: 1,
      })
      assert.equal(host.run(account, ...words).code, 3)
      host.answer('qacct', { err: 'error: cell directory "/opt/sge/x" doesn\'t exist\n', code: 1 })
      const { code, err } = host.run(account, ...words)
      assert.equal(code, 1)
      assert.match(err, /cell directory/)
    }
  })

  it('find a job by its name, in the queue and then in accounting', () => {
    makeQacct()
    host.answer('qstat', { out: recorded('queue.xml') })
    assert.deepEqual(host.run(find, 'jrecdep', '0'), { code: 0, out: '61\n', err: '' })
    assert.deepEqual(host.run(find, 'jrecmany', '0'), { code: 0, out: '62\n', err: '' })
    assert.deepEqual(host.run(find, 'jrecexit3', '0'), { code: 0, out: '50\n', err: '' })
    assert.deepEqual(host.run(find, 'jnosuch', '0'), { code: 0, out: '', err: '' })
    const later = Date.parse('2026-12-24') / 1000
    assert.deepEqual(
      host.run(find, 'jrecexit3', String(later)),
      { code: 0, out: '', err: '' },
      'an older one',
    )
  })

  it('find no job of another user by its name', () => {
    host.make('qacct', 'echo "$@"')
    host.answer('qstat', { out: recorded('queue.xml') })
    host.make(
      'qacct',
      'case "$*" in *"-o ada"*) echo "error: job name jone not found" >&2; exit 1 ;; esac\necho "jobnumber 9"; echo "qsub_time 12/12/2099 10:10:10"',
    )
    assert.deepEqual(host.run(find, 'jone', '0'), { code: 0, out: '', err: '' })
  })

  it('find nothing where nobody knows', () => {
    makeQacct()
    host.answer('qstat', down)
    assert.notEqual(host.run(find, 'jrecexit3', '0').code, 0)
    host.answer('qstat', { out: recorded('queue.xml') })
    host.answer('qacct', { err: '/x/accounting: No such file or directory\n', code: 1 })
    assert.equal(host.run(find, 'jnosuch', '0').code, 0, 'accounting is off')
    host.answer('qacct', { err: 'error: cell directory is away\n', code: 1 })
    assert.equal(host.run(find, 'jnosuch', '0').code, 1)
    assert.equal(host.run(find, 'jrecdep', '0').out, '61\n')
  })

  it('cancel what is there, and what is gone already is no fault', () => {
    host.answer('qdel', {
      out: 'ada has deleted job 4\nada has registered the job 2 for deletion\ndenied: job "9" does not exist\njob 10 is already in deletion\n',
      code: 1,
    })
    assert.equal(host.run(cancel, '4', '2', '9', '10').code, 0)
    for (const answer of [down, { code: 1 }, { err: 'denied: ada is not owner of job 4\n', code: 1 }]) {
      host.answer('qdel', answer)
      const { code, err } = host.run(cancel, '4')
      assert.equal(code, 1)
      assert.notEqual(err, '')
    }
  })

  it('know that a job is gone only by being told so', () => {
    host.answer('qstat', { err: 'Following jobs do not exist: \n7\n', code: 1 })
    assert.equal(host.run(gone, '7').code, 0)
    for (const answer of [down, { out: 'job_number: 7\n' }, { code: 1 }]) {
      host.answer('qstat', answer)
      assert.notEqual(host.run(gone, '7').code, 0)
    }
    host.make('qstat', 'echo "$2 do not exist"; [ "$2" = 7 ]')
    assert.equal(host.run(gone, '7.3').code, 0, 'an element by its array')
  })
})

describe("Grid Engine's identity", () => {
  const run = (environment: string) =>
    host.run(
      `pid=5 restart=0 native=$pid\n${environment}\n${gridengineScheduler().identity}\necho "$native $restart"`,
    ).out

  it('is the number of the job, and of the element of an array', () => {
    assert.equal(run('JOB_ID=25 SGE_TASK_ID=undefined RESTARTED=0'), '25 0\n')
    assert.equal(run('JOB_ID=25 SGE_TASK_ID=3'), '25.3 0\n')
  })

  it('counts starts by the claims that the job has', () => {
    assert.equal(run('JOB_ID=25 RESTARTED=1'), '25 1\n')
    writeFileSync(join(host.folder, 'claim.1'), '25,0,host,1,1,boot,nonce,0\n')
    assert.equal(run('JOB_ID=25 RESTARTED=1'), '25 1\n')
    writeFileSync(join(host.folder, 'claim.2'), '25,1,host,1,1,boot,nonce,0\n')
    assert.equal(run('JOB_ID=25 RESTARTED=1'), '25 2\n')
    assert.equal(run('JOB_ID=26 RESTARTED=1'), '26 1\n', 'another job has none of them')
    assert.equal(run('JOB_ID=25 RESTARTED=0'), '25 0\n', 'a second start that is none of the scheduler')
  })
})
