import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nativeId } from '../../../src/core/ids.ts'
import { readQueue } from '../../../src/runners/gridengine/read-queue.ts'
import { recorded } from './recorded.ts'

const whole = recorded('queue.xml')

function listed(entries: string): string {
  return `<?xml version='1.0'?>\n<job_info  xmlns:xsd="x">\n<queue_info>\n${entries}</queue_info>\n<job_info>\n</job_info>\n</job_info>\n`
}

const entry = (id: string, name: string, state: string, more = '') =>
  `<job_list state="running"><JB_job_number>${id}</JB_job_number><JB_name>${name}</JB_name><state>${state}</state>${more}</job_list>\n`

describe("Grid Engine's queue", () => {
  it('is read with names in full and each state', () => {
    const { jobs, unread } = readQueue(whole)
    assert.deepEqual(unread, [])
    assert.deepEqual(
      [...jobs].map(([id, { name, phase, word }]) => [id, name, phase, word].join(' ')),
      [
        '53 jrecdel running r',
        '54 jrecagain running Rt',
        '57 jrecmem running r',
        '62 jrecmany running r',
        '62.1 jrecmany running r',
        '63 jrecqueue running r',
        '60 jrecwide waiting qw',
        '56 jrecnodir held Eqw',
        '64 jrecerror held Eqw',
        '59 jrecheld held hqw',
        '61 jrecdep held hqw',
        '62.3 jrecmany waiting qw',
        '62.5 jrecmany waiting qw',
        '62.7 jrecmany waiting qw',
        '62.9 jrecmany waiting qw',
      ],
    )
    assert.match(jobs.get(nativeId('56'))?.why ?? '', /qstat -j 56/)
    assert.match(jobs.get(nativeId('56'))?.line ?? '', /JB_submission_time=2026-11-21T13:55:23/)
  })

  it('is empty where nothing is listed', () => {
    assert.deepEqual(readQueue(listed('')), { jobs: new Map(), unread: [] })
    assert.equal(readQueue('<job_info><queue_info/><job_info/></job_info>').unread.length, 0)
  })

  it('keeps ids and names as they are written, and reads what XML escapes', () => {
    const { jobs } = readQueue(listed(entry('0012', 'a&lt;b&amp;&#233;', 'r') + entry('7', '1e5', 'qw')))
    assert.deepEqual(
      [...jobs].map(([id, { name }]) => `${id} ${name}`),
      ['0012 a<b&é', '7 1e5'],
    )
  })

  it('passes over what is printed around the document', () => {
    assert.deepEqual(readQueue(`warning: load is high\n${whole}\nbye\n`), readQueue(whole))
  })

  it('is unread wherever it is cut off', () => {
    const end = whole.lastIndexOf('</job_info>')
    for (let length = 0; length < end; length += 7) {
      const { jobs, unread } = readQueue(whole.slice(0, length))
      assert.equal(jobs.size, 0)
      assert.equal(unread.length, 1, `cut at ${length}`)
    }
  })

  it('tells of entries that nobody could read', () => {
    for (const odd of [
      '<job_list><JB_name>x</JB_name><state>r</state></job_list>',
      entry('x', 'y', 'r'),
      entry('1', 'y', 'r', '<tasks>1-99999999</tasks>'),
      entry('1', 'y', 'r', '<tasks>some</tasks>'),
      entry('1', 'y', 'r', '<state>qw</state>'),
      '<queue><name>main.q</name></queue>',
    ]) {
      const { jobs, unread } = readQueue(listed(`${odd}\n${entry('2', 'z', 'r')}`))
      assert.deepEqual([[...jobs.keys()], unread.length], [['2'], 1], odd)
    }
    for (const other of [
      "<?xml version='1.0'?>\n<unknown_jobs >\n<ST_name>5</ST_name>\n</unknown_jobs>",
      whole + whole,
    ])
      assert.equal(readQueue(other).unread.length, 1)
  })
})
