import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  asked,
  completed,
  dead,
  down,
  elsewhere,
  empty,
  entry,
  exited,
  failed,
  id,
  judge,
  judgeEach,
  nameless,
  none,
  off,
  row,
  spoiled,
  waits,
  walltime,
  type Row,
} from './queued-cases.ts'

const ran = { nativeId: id, incarnation: 1, startedAt: 5 }

describe('judging a job of a scheduler that has not begun', () => {
  const unclaimed: readonly Row[] = [
    ['that waits', waits, { queue: entry('waiting') }, { kind: 'queued', nativeId: '12' }],
    ['that is held', waits, { queue: entry('held') }, { kind: 'held', nativeId: '12' }],
    ['that was suspended before it claimed', waits, { queue: entry('suspended') }, { kind: 'held' }],
    ['that runs and has not claimed', waits, { queue: entry('running') }, { kind: 'queued' }],
    ['that is being ended', waits, { queue: entry('ending') }, { kind: 'quiet' }],
    ['under an unknown word', waits, { queue: entry('unknown') }, { kind: 'unclear' }],
    ['when nobody may ask', waits, { urgent: false }, { kind: 'quiet' }],
    ['when nobody may ask, in doubt', waits, {}, { kind: 'quiet' }, 'queue'],
    ['when the controller is down', waits, { queue: down, urgent: false }, { kind: 'quiet' }],
    ['when the controller is down, in doubt', waits, { queue: down }, { kind: 'unclear' }, 'queue'],
    [
      'not in a list that could not be read',
      waits,
      { queue: spoiled, accounting: none },
      { kind: 'unclear' },
      'queue',
    ],
    [
      'that accounting holds to go on',
      waits,
      { queue: empty, accounting: row({ phase: 'open' }) },
      { kind: 'unclear' },
    ],
    [
      'that was ended for a reason',
      waits,
      { queue: empty, accounting: walltime },
      { kind: 'vanished', reason: 'walltime' },
    ],
    ['that failed before it claimed', waits, { queue: empty, accounting: failed }, { kind: 'vanished' }],
    [
      'that completed, its claim not seen',
      waits,
      { queue: empty, accounting: completed },
      { kind: 'absent' },
    ],
    ['that nobody knows', waits, { queue: empty, accounting: none }, { kind: 'absent', submitter: 'gone' }],
    ['that is in no queue, without accounting', waits, { queue: empty, accounting: off }, { kind: 'absent' }],
    [
      'when accounting does not answer',
      waits,
      { queue: empty, accounting: { kind: 'failed', words: 'no' } },
      { kind: 'unclear' },
      'queue',
    ],
    [
      'listed as over, not urgent',
      waits,
      { queue: entry('ended'), urgent: false },
      { kind: 'quiet' },
      'queue',
    ],
    [
      'listed as over for a reason',
      waits,
      { queue: entry('ended', { reason: 'out-of-memory' }) },
      { kind: 'vanished', reason: 'out-of-memory' },
    ],
    [
      'listed as over, and nobody says how',
      waits,
      { queue: entry('ended'), accounting: none },
      { kind: 'absent' },
    ],
    [
      'revoked',
      waits.replace('revoked=no', 'revoked=yes'),
      { queue: entry('waiting') },
      { kind: 'vanished', reason: 'cancelled-by-us' },
    ],
  ]
  const submitting: readonly Row[] = [
    ['that is being submitted', nameless(1, 'alive'), {}, { kind: 'submitting' }],
    [
      'that is listed by its name',
      nameless(1, 'alive'),
      { queue: entry('waiting') },
      { kind: 'queued', nativeId: '12' },
    ],
    [
      'that nobody began to submit',
      nameless(0, 'none'),
      { queue: empty },
      { kind: 'absent', submitter: 'none' },
    ],
    [
      'submitted a moment ago',
      nameless(1000),
      { queue: empty, found: { kind: 'none' } },
      { kind: 'quiet' },
      'queue',
    ],
    [
      'that may be on its way',
      nameless(30_000),
      { queue: empty, found: { kind: 'none' } },
      { kind: 'submitting' },
    ],
    [
      'that cannot arrive any more',
      nameless(60_000),
      { queue: empty, found: { kind: 'none' } },
      { kind: 'absent', submitter: 'gone' },
    ],
    [
      'submitted from elsewhere',
      nameless(60_000, 'unknown'),
      { queue: empty, found: { kind: 'none' } },
      { kind: 'absent', submitter: 'unknown' },
    ],
    ['that was not searched', nameless(60_000), { queue: empty }, { kind: 'quiet' }, 'queue'],
    [
      'whose search failed',
      nameless(60_000),
      { queue: empty, found: { kind: 'failed', words: 'down' } },
      { kind: 'unclear' },
      'queue',
    ],
  ]
  const bereft: readonly Row[] = [
    ['that nobody knows', 'there=no lives=no .', { queue: empty }, { kind: 'absent', submitter: 'none' }],
    ['when nobody may ask', 'there=no lives=no .', { urgent: false }, { kind: 'quiet' }, 'queue'],
    ['that waits', 'there=no lives=no .', { queue: entry('waiting') }, { kind: 'queued' }],
    [
      'that runs',
      'there=no lives=unknown .',
      { queue: entry('running'), known: ran },
      { kind: 'running', bereft: true, incarnation: 1 },
    ],
    [
      'that runs here',
      'there=no lives=yes .',
      { queue: down, known: { ...ran, processes: 'p' } },
      { kind: 'running', bereft: true },
    ],
    [
      'that was ended',
      'there=no lives=unknown .',
      { queue: empty, accounting: walltime, known: ran },
      { kind: 'vanished', reason: 'walltime', incarnation: 1 },
    ],
    [
      'revoked, that runs',
      waits.replace('revoked=no', 'revoked=yes'),
      { queue: entry('running'), known: ran },
      { kind: 'running', bereft: true },
    ],
  ]
  judgeEach('not claimed,', unclaimed)
  judgeEach('not known to be submitted,', submitting)
  judgeEach('without its folder,', bereft)

  it('says of a line that was cut off that it is unclear, whatever else was said', () => {
    const lines = [waits, nameless(1000), elsewhere, dead, exited(137), 'there=no lives=no .']
    const queues = [asked, down, spoiled, empty, entry('running'), entry('ended')]
    fc.assert(
      fc.property(fc.constantFrom(...lines), fc.constantFrom(...queues), fc.nat(), (line, queue, at) => {
        const { report } = judge(line.slice(0, at % line.length), { queue, accounting: failed })
        assert.equal(report.kind, 'unclear')
      }),
    )
  })
})
