import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nativeId } from '../../../src/core/ids.ts'
import { readAccounting } from '../../../src/runners/gridengine/read-accounting.ts'
import { recorded } from './recorded.ts'

function record(more: Readonly<Record<string, string>>): string {
  const fields = {
    qname: 'main.q',
    owner: 'ada',
    jobname: 'jone',
    jobnumber: '7',
    taskid: 'undefined',
    slots: '1',
    failed: '0    ',
    exit_status: '0                   ',
    ru_wallclock: '4s',
    maxvmem: '10.000MB',
    category: 'NONE',
    ...more,
  }
  const lines = Object.entries(fields).map(([key, value]) => `${key.padEnd(13)}${value}`)
  return [
    `${'='.repeat(62)}`,
    ...lines,
    `of ${fields.jobnumber}.${fields.taskid} failed ${Number.parseInt(fields.failed, 10)}`,
    '',
  ].join('\n')
}

const killed = { failed: '100 : assumedly after job', exit_status: '137                  (Killed)' }
const limit = { ...killed, failed: '37  : qmaster enforced h_rt, h_cpu, or h_vmem limit' }

const ends: readonly (readonly [string, Readonly<Record<string, string>>, object | undefined])[] = [
  ['an exit code', { exit_status: '3  ' }, { code: 3 }],
  ['137 that the job itself gave', { exit_status: '137 (Killed)' }, { code: 137 }],
  ['a signal', killed, { signal: 9 }],
  ['a limit that the queue set', limit, { signal: 9, reason: 'walltime' }],
  ['its own time', { ...limit, category: '-l h_rt=3,mem_free=1G' }, { signal: 9, reason: 'walltime' }],
  [
    'its own time in hours',
    { ...killed, ru_wallclock: '3661.5', category: '-l h_rt=1:1:0' },
    { signal: 9, reason: 'walltime' },
  ],
  [
    'its memory, of all slots',
    { ...limit, slots: '2', maxvmem: '1.960GB', category: '-l h_rt=900,h_vmem=1G -pe smp 2' },
    { signal: 9, reason: 'out-of-memory' },
  ],
  ['a kill far below its memory', { ...killed, category: '-l h_vmem=1G' }, { signal: 9 }],
  [
    'an administrator',
    { ...killed, deleted_by: 'root@head' },
    { signal: 9, reason: 'cancelled-by-administrator' },
  ],
  ['its owner', { ...killed, deleted_by: 'ada' }, { signal: 9 }],
  ['trouble after it', { failed: '15  : in epilog', exit_status: '2' }, { code: 2 }],
  ['an output that could not be opened', { failed: '26  : opening input/output file' }, {}],
  ['a folder that was not there', { failed: '28  : changing into working directory' }, {}],
  ['a host that lost it', { failed: '21  : in recognizing job' }, { reason: 'node-failure' }],
  ['a shepherd that died', { failed: '19  : before writing exit_status' }, { reason: 'node-failure' }],
  ['nothing yet: it is started again', { failed: '25  : rescheduling', exit_status: '99' }, undefined],
  ['nothing yet: it failed before it ran', { failed: '8   : in prolog' }, undefined],
  ['nothing, of an unknown task', { taskid: 'all' }, undefined],
  ['nothing, of no number', { exit_status: 'x' }, undefined],
]

describe("Grid Engine's accounting", () => {
  it('is read with the reason of each end, an element of an array by its own id', () => {
    const jobs = [...readAccounting(recorded('accounting.txt'))]
    assert.deepEqual(
      jobs.map(([id, { phase, reason, code, signal }]) =>
        [id, phase, reason ?? '-', code ?? '-', signal ?? '-'].join(' '),
      ),
      [
        '50 ended - 3 -',
        '51 ended - - 9',
        '55.1 ended - 1 -',
        '55.2 ended - 2 -',
        '55.3 ended - 3 -',
        '56 ended - - -',
        '58 ended - 137 -',
        '52 ended walltime - 9',
        '53 ended - - 9',
        '54 ended - 0 -',
        '57 ended walltime - 10',
        '63 ended walltime - 10',
      ],
    )
  })

  for (const [what, fields, end] of ends)
    it(`says of a record that it ended by ${what}`, () => {
      const job = readAccounting(record(fields)).get(nativeId('7'))
      const { phase, name, line: _line, word: _word, ...rest } = job ?? {}
      assert.deepEqual(job && rest, end)
      if (job) assert.deepEqual([phase, name], ['ended', 'jone'])
    })

  it('goes by the last record of a job', () => {
    const again = record({ failed: '25  : rescheduling', exit_status: '99' })
    const jobs = readAccounting(again + record({ exit_status: '4' }))
    assert.equal(jobs.get(nativeId('7'))?.code, 4)
    assert.equal(readAccounting(record({ exit_status: '4' }) + again).size, 0)
  })

  it('takes a failure in no table of ours for unknown', () => {
    for (const failed of ['39  : by magic', '100 : rescheduling', '37', '25 : in prolog', '0 : in prolog'])
      assert.equal(readAccounting(record({ failed })).get(nativeId('7'))?.phase, 'unknown', failed)
  })

  it('reads no record that is not whole', () => {
    const text = record({ exit_status: '3' })
    for (let length = 0; length < text.length - 1; length++)
      assert.equal(readAccounting(text.slice(0, length)).size, 0)
    const lines = text.split('\n')
    assert.equal(
      readAccounting([...lines.slice(0, 5), ...lines].join('\n')).size,
      1,
      'a torn one before a whole one',
    )
    assert.equal(readAccounting([...lines.slice(0, 6), ...lines.slice(1)].join('\n')).size, 0, 'two in one')
  })
})
