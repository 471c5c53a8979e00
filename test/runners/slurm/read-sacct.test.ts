import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nativeId } from '../../../src/core/ids.ts'
import type { AccountedJob } from '../../../src/runners/scheduler.ts'
import { readSacct } from '../../../src/runners/slurm/read-sacct.ts'
import { recorded } from './recorded.ts'

const early = readSacct(recorded('sacct-early'))
const late = readSacct(recorded('sacct-late'))
const rare = readSacct(recorded('sacct-rare'))
const of = (jobs: ReadonlyMap<string, AccountedJob>, id: string) => {
  const { phase, word, reason, code, signal } = jobs.get(id) ?? assert.fail(`no ${id}`)
  return [phase, word, reason, code, signal]
}
const row = (state: string, end = '2026-11-21T13:41:05', exit = '0:0') =>
  `12|${state}|12|${exit}|2026-11-21T13:40:51|2026-11-21T13:41:00|${end}|n1|None|${state}|12\n`
const one = (text: string) => of(readSacct(text), '12')

describe('reading sacct', () => {
  it('finds ends with their codes, signals and reasons, and the line as evidence', () => {
    assert.deepEqual(of(late, '7'), ['ended', 'COMPLETED', undefined, 0, undefined])
    assert.deepEqual(of(late, '8'), ['ended', 'FAILED', undefined, 3, undefined])
    assert.deepEqual(of(late, '9'), ['ended', 'FAILED', undefined, undefined, 9])
    assert.deepEqual(of(late, '26'), ['ended', 'OUT_OF_MEMORY', 'out-of-memory', undefined, undefined])
    assert.deepEqual(of(late, '6'), ['ended', 'TIMEOUT', 'walltime', 0, undefined])
    assert.deepEqual(of(late, '20'), ['ended', 'PREEMPTED', 'preempted', 0, undefined])
    assert.deepEqual(of(rare, '58'), ['ended', 'NODE_FAIL', 'node-failure', 0, undefined])
    assert.deepEqual(of(rare, '6'), ['ended', 'DEADLINE', 'walltime', 1, undefined])
    assert.deepEqual(of(rare, '21'), ['ended', 'FAILED', undefined, undefined, undefined])
    assert.match(late.get(nativeId('9'))?.line ?? '', /^9\|FAILED\|9\|0:9\|.*\|9$/)
  })

  it('tells who cancelled', () => {
    assert.deepEqual(of(late, '10'), ['ended', 'CANCELLED', 'cancelled-by-us', 0, undefined])
    assert.equal(of(rare, '79')[2], 'cancelled-by-administrator')
    // By nobody: a dependency that cannot be met any more.
    assert.equal(of(late, '14')[2], undefined)
    assert.equal(one(row('CANCELLED by 1001'))[2], undefined, 'who asks is not known')
    assert.equal(one(`uid 1001\n${row('CANCELLED by 10010')}`)[2], 'cancelled-by-administrator')
  })

  it('goes by the last record of a job that was started several times', () => {
    assert.equal(of(rare, '59')[0], 'open')
    assert.equal(of(rare, '78')[1], 'RUNNING')
    assert.equal(of(late, '18')[1], 'COMPLETED')
    assert.equal(of(late, '24')[1], 'CANCELLED')
    assert.equal(of(early, '22')[0], 'open')
    const turned = recorded('sacct-rare').split('\n').toReversed().join('\n')
    assert.equal(of(readSacct(turned), '59')[0], 'open')
  })

  it('reads tasks, tasks that waited together, and parts of heterogeneous jobs', () => {
    assert.deepEqual(of(late, '16_3'), ['ended', 'FAILED', undefined, 1, undefined])
    assert.equal(of(early, '16_4')[0], 'open')
    assert.equal(of(late, '17_20')[2], 'cancelled-by-us')
    assert.equal(of(late, '18+1')[1], 'COMPLETED')
    assert.equal(late.has(nativeId('18+0')), false)
  })

  it('tells the name, but of a job whose beginning accounting missed', () => {
    const named = (name: string) =>
      readSacct(row('COMPLETED').replace(/\|12\n$/, `|${name}|12\n`)).get(nativeId('12'))
    assert.equal(named('jabc')?.name, 'jabc')
    assert.equal(named('a|b COMPLETED|12')?.name, 'a|b COMPLETED|12')
    assert.equal(named('allocation')?.phase, 'ended')
    assert.equal(named('allocation')?.name, undefined)
  })

  it('takes no row for an end that has no time of it, or says its state only once', () => {
    assert.equal(one(row('COMPLETED', 'Unknown'))[0], 'unknown')
    assert.equal(one(row('DREAMING'))[0], 'unknown')
    assert.equal(readSacct(row('RUNNING').replace('RUNNING', 'COMPLETED')).size, 0)
    assert.equal(readSacct('Slurm accounting storage is disabled\n').size, 0)
    assert.equal(readSacct(row('COMPLETED').slice(0, -2)).size, 0)
  })
})
