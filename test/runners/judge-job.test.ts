import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { judgeJob } from '../../src/runners/judge-job.ts'

const claim = 'owner=12-34,0,node,12,34,boot,nonce,1000'
const running = (more: string) => `there=yes n=1 ${claim} ${more} .`

describe('judging a job', () => {
  const table: readonly (readonly [string, string, object])[] = [
    ['without a folder', 'there=no .', { kind: 'absent', submitter: 'none' }],
    [
      'that nobody began to submit',
      'there=yes n=0 revoked=no submitter=none native= waits=no .',
      { kind: 'absent', submitter: 'none' },
    ],
    [
      'whose submitter is gone',
      'there=yes n=0 revoked=no submitter=gone native= waits=no .',
      { kind: 'absent', submitter: 'gone' },
    ],
    [
      'whose submitter is elsewhere',
      'there=yes n=0 revoked=no submitter=unknown native= waits=no .',
      { kind: 'absent', submitter: 'unknown' },
    ],
    [
      'that is being submitted',
      'there=yes n=0 revoked=no submitter=alive native= waits=no .',
      { kind: 'submitting' },
    ],
    [
      'that waits',
      'there=yes n=0 revoked=no submitter=gone native=7 waits=yes .',
      { kind: 'queued', nativeId: '7' },
    ],
    [
      'that went before it claimed',
      'there=yes n=0 revoked=no submitter=gone native=7 waits=no .',
      { kind: 'absent', submitter: 'gone' },
    ],
    [
      'that was revoked',
      'there=yes n=0 revoked=yes submitter=alive native=7 waits=yes .',
      { kind: 'vanished', reason: 'cancelled-by-us' },
    ],
    [
      'whose wrapper lives',
      running('wrapper=yes group=no exit='),
      { kind: 'running', incarnation: 1, nativeId: '12-34', startedAt: 1000 },
    ],
    [
      'whose group alone lives',
      running('wrapper=no group=yes exit='),
      { kind: 'running', unseen: undefined },
    ],
    [
      'on a machine that cannot be asked',
      running('wrapper=unknown group=unknown exit='),
      { kind: 'running', unseen: true },
    ],
    [
      'of which nothing lives',
      running('wrapper=no group=no exit='),
      { kind: 'vanished', reason: 'wrapper-killed', incarnation: 1 },
    ],
    [
      'of an earlier boot',
      running('wrapper=rebooted group=no exit='),
      { kind: 'vanished', reason: 'node-failure' },
    ],
    [
      'that wrote an exit code',
      running('wrapper=no group=no exit=v1,3,-,-,1000,2000,5,6,end'),
      { kind: 'ended', exit: { kind: 'code', code: 3 }, startedAt: 1000, endedAt: 2000 },
    ],
    [
      'that wrote one before a reboot',
      running('wrapper=rebooted group=no exit=v1,0,-,-,1000,2000,5,6,end'),
      { kind: 'ended', exit: { kind: 'code', code: 0 } },
    ],
    [
      'that was overdue',
      running('wrapper=yes group=no exit=v1,143,TERM,walltime,1,2,0,0,end'),
      { kind: 'ended', exit: { kind: 'signal', signal: 'SIGTERM', reason: 'walltime' } },
    ],
    ['with an empty exit file', running('wrapper=no group=no exit=empty'), { kind: 'unclear' }],
    ['with half an exit file', running('wrapper=no group=no exit=v1,0,-,-,1000'), { kind: 'unclear' }],
    [
      'with an exit of another format',
      running('wrapper=no group=no exit=v2,0,-,-,1,2,0,0,end'),
      { kind: 'unclear' },
    ],
    [
      'with a reason we do not know',
      running('wrapper=no group=no exit=v1,0,-,bored,1,2,0,0,end'),
      { kind: 'unclear' },
    ],
    [
      'with a claim that cannot be read',
      'there=yes n=1 owner= wrapper=no group=no exit= .',
      { kind: 'unclear' },
    ],
    ['with a word we do not know', running('wrapper=maybe group=no exit='), { kind: 'unclear' }],
    ['whose line was cut off', 'there=yes n=1 owner=1,0,h', { kind: 'unclear' }],
    ['of which nothing was said', '', { kind: 'unclear' }],
  ]
  for (const [name, line, expected] of table)
    it(`${name} gives ${Object.values(expected).map(String)[0]}`, () => {
      const report: Record<string, unknown> = { ...judgeJob(line) }
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(report[key], value, key)
    })
})
