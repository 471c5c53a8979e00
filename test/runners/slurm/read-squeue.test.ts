import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nativeId } from '../../../src/core/ids.ts'
import type { QueuedJob } from '../../../src/runners/scheduler.ts'
import { readSqueue } from '../../../src/runners/slurm/read-squeue.ts'
import { recorded } from './recorded.ts'

const phases = (text: string) => {
  const { jobs, unread } = readSqueue(text)
  assert.deepEqual(unread, [])
  return Object.fromEntries([...jobs].map(([id, job]) => [id, job.phase]))
}
const line = (id: string, word: string, code: string, why = 'None', name = 'jtag') =>
  `${id}|${word}|${id}|${name}|${why}|${code}|${id}|.\n`
const one = (text: string, id = '12'): QueuedJob =>
  readSqueue(`${text}. end\n`).jobs.get(nativeId(id)) ?? assert.fail(`no ${id} in ${text}`)

describe('reading squeue', () => {
  it('takes each job of a busy queue for what it is', () => {
    const { jobs } = readSqueue(recorded('squeue-busy'))
    assert.equal(jobs.size, 33)
    const found = phases(recorded('squeue-busy'))
    const of = (...ids: readonly string[]) => ids.map((id) => found[id])
    assert.deepEqual(of('10', '17_20'), ['held', 'held'])
    assert.deepEqual(
      of('11', '12', '16_4', '18', '18+1'),
      Array.from({ length: 5 }, () => 'waiting'),
    )
    assert.deepEqual(of('16_2', '20', '8'), ['running', 'ending', 'ended'])
    const oom = jobs.get(nativeId('26'))
    assert.deepEqual(oom, {
      name: 'jslrecoom',
      phase: 'ended',
      word: 'OUT_OF_MEMORY',
      why: 'OutOfMemory',
      reason: 'out-of-memory',
      line: '26|OUT_OF_MEMORY|26|jslrecoom|OutOfMemory|OOM|26|.',
    })
    assert.equal(jobs.get(nativeId('15'))?.why, 'DependencyNeverSatisfied')
    assert.equal(jobs.get(nativeId('6'))?.why, undefined)
  })

  it('knows why a job ended, where the word says so', () => {
    const late = readSqueue(recorded('squeue-ended')).jobs
    const rare = readSqueue(recorded('squeue-rare')).jobs
    assert.equal(late.get(nativeId('6'))?.reason, 'walltime')
    assert.equal(late.get(nativeId('8'))?.reason, undefined)
    assert.equal(late.get(nativeId('10'))?.word, 'CANCELLED')
    assert.equal(rare.get(nativeId('6'))?.reason, 'walltime')
    assert.equal(rare.get(nativeId('58'))?.reason, 'node-failure')
    assert.equal(rare.get(nativeId('64'))?.reason, 'preempted')
  })

  it('tells requeued, suspended and running jobs from held ones', () => {
    assert.equal(phases(recorded('squeue-requeued'))['22'], 'ending')
    const rare = phases(recorded('squeue-rare'))
    assert.deepEqual([rare['59'], rare['80'], rare['81']], ['waiting', 'suspended', 'running'])
    for (const why of [
      'JobHeldAdmin',
      'job requeued in held state',
      'launch_failed_requeued_held',
      'JobHoldMaxRequeue',
    ])
      assert.equal(one(line('12', 'PENDING', 'PD', why)).phase, 'held', why)
    assert.equal(one(line('12', 'PENDING', 'PD', 'QOSUsageThreshold')).phase, 'waiting')
  })

  it('has one job for each task of an array that waits together', () => {
    const { jobs } = readSqueue(recorded('squeue-rare'))
    assert.deepEqual(
      [...jobs.keys()].filter((id) => id.includes('_')),
      ['46_1', '46_5', '46_20', '45_2', '45_3', '45_4', '45_5'],
    )
  })

  it('takes a word that nobody knows for unknown, and an end that is said only once for unknown', () => {
    assert.equal(one(line('12', 'DREAMING', 'DR')).phase, 'unknown')
    assert.equal(one(line('12', 'COMPLETED', 'R')).phase, 'unknown')
    assert.equal(one(line('12', 'RUNNING', 'CD')).phase, 'running')
  })

  it('reads names of others that hold bars and line breaks', () => {
    const { jobs, unread } = readSqueue(recorded('squeue-busy'))
    assert.deepEqual(unread, [])
    assert.equal(jobs.get(nativeId('21'))?.phase, 'ended')
    assert.equal(one(line('12', 'PENDING', 'PD', 'held by|somebody')).name, 'jtag')
  })

  it('shows what it cannot read, and never an answer without an end as whole', () => {
    const unread = (text: string) => readSqueue(text).unread
    assert.deepEqual(unread(''), ['the list of jobs has no end'])
    assert.deepEqual(unread(line('1', 'RUNNING', 'R')), ['the list of jobs has no end'])
    assert.deepEqual(unread('12|RUNNING|R|jtag|No\n. end\n'), ['12|RUNNING|R|jtag|No'])
    assert.deepEqual(unread('slurm_load_jobs error: x\n. end\n'), ['slurm_load_jobs error: x'])
    assert.deepEqual(unread(`${line('1_[1-...]', 'PENDING', 'PD')}. end\n`).length, 1)
    assert.deepEqual(unread('CLUSTER: one\n. end\n'), [])
  })

  it('takes a job that is listed twice for one that goes on', () => {
    const over = line('12', 'COMPLETED', 'CD')
    const on = line('12', 'RUNNING', 'R')
    assert.equal(one(over + on).phase, 'running')
    assert.equal(one(on + over).phase, 'running')
  })
})
