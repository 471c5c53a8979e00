import { describe } from 'mocha'
import { nativeId } from '../../src/core/ids.ts'
import {
  completed,
  dead,
  down,
  elsewhere,
  empty,
  entry,
  exited,
  id,
  judgeEach,
  none,
  off,
  row,
  waits,
  walltime,
  type Row,
} from './queued-cases.ts'

const named = (line: string, names = 'jabc') => line.replace(/ \.$/, ` names=${names} .`)
const ran = { nativeId: id, incarnation: 1, startedAt: 5 }
const others = row({ name: 'blast', reason: 'walltime' })
const passed = { passed: 'yes', revoked: 'no' }
const aheadOf = (line: string) =>
  line.replace(/(\d+)(,0,0,end)/, (_, at, end) => `${Number(at) + 3_600_000}${end}`)
const spoiled = elsewhere.replace(/owner=\S*/, 'owner=').replace(' exit=', ' native=12 exit=')
const purged = waits.replace(/ \.$/, ' left=1 exit=v1,0,-,-,5,6,0,0,end .')

describe('judging a job by records of others', () => {
  const foreign: readonly Row[] = [
    [
      'a row of another job with its id',
      named(elsewhere),
      { queue: empty, accounting: others },
      { kind: 'absent' },
    ],
    [
      'a row of its own',
      named(elsewhere),
      { queue: empty, accounting: row({ name: 'jabc', reason: 'walltime' }) },
      { kind: 'vanished' },
    ],
    [
      'a row of its array',
      named(elsewhere, 'aqqq'),
      { queue: empty, accounting: row({ name: 'aqqq', reason: 'walltime' }) },
      { kind: 'vanished' },
    ],
    [
      'a row of another array',
      named(elsewhere, 'aqqq'),
      { queue: empty, accounting: row({ name: 'azzz', reason: 'walltime' }) },
      { kind: 'absent' },
    ],
    [
      'a row that has no name',
      named(elsewhere),
      { queue: empty, accounting: walltime },
      { kind: 'vanished' },
    ],
    [
      'an entry of another name',
      named(elsewhere),
      { queue: entry('running', { name: 'blast' }), accounting: none },
      { kind: 'unclear' },
      'queue',
    ],
    [
      'an entry of another name, unasked',
      named(elsewhere),
      { queue: entry('running', { name: 'blast' }), accounting: off, urgent: false },
      { kind: 'unclear' },
      'queue',
    ],
    [
      'an entry of another name, and its own end',
      named(elsewhere),
      { queue: entry('running', { name: 'blast' }), accounting: row({ name: 'jabc', reason: 'walltime' }) },
      { kind: 'vanished' },
    ],
    [
      'an entry of its array',
      named(elsewhere, 'aqqq'),
      { queue: entry('running', { name: 'aqqq' }) },
      { kind: 'running' },
    ],
    [
      'an entry of some array, its notes gone',
      'there=no lives=unknown .',
      { queue: entry('running', { name: 'aabcdefghijkl' }), known: ran },
      { kind: 'running' },
    ],
    [
      'an entry of another name, its folder gone',
      'there=no lives=unknown .',
      { queue: entry('running', { name: 'blast' }), accounting: none, known: ran },
      { kind: 'unclear' },
      'queue',
    ],
    [
      'a waiting entry of another name',
      named(waits),
      { queue: entry('waiting', { name: 'blast' }), accounting: none },
      { kind: 'unclear' },
      'queue',
    ],
    [
      'a row of another job that explains its signal',
      named(exited(143)),
      { queue: empty, accounting: others, later: 15_000 },
      { kind: 'ended', exit: { kind: 'code', code: 143 } },
    ],
  ]
  const told: readonly Row[] = [
    ['with 0, the scheduler not asked', exited(0, passed), {}, { kind: 'quiet' }, 'accounting'],
    ['with 0, put back', exited(0, passed), { queue: entry('waiting') }, { kind: 'queued' }],
    [
      'with 0, preempted',
      exited(0, passed),
      { queue: empty, accounting: row({ reason: 'preempted' }) },
      { kind: 'ended', exit: { kind: 'code', code: 0, reason: 'preempted' } },
    ],
    [
      'with 0, at its limit',
      exited(0, passed),
      { queue: empty, accounting: walltime },
      { kind: 'ended', exit: { kind: 'code', code: 0 } },
    ],
    [
      'with 0, done',
      exited(0, passed),
      { queue: empty, accounting: completed },
      { kind: 'ended', exit: { kind: 'code', code: 0 } },
    ],
    [
      'with 0, while it is being ended',
      exited(0, passed),
      { queue: entry('ending'), accounting: none, later: 15_000 },
      { kind: 'quiet' },
      'queue',
    ],
    [
      'with 0, the controller down',
      exited(0, passed),
      { queue: down, accounting: none, later: 15_000 },
      { kind: 'quiet' },
      'queue',
    ],
    [
      'with 0, without accounting',
      exited(0, passed),
      { queue: empty, accounting: off },
      { kind: 'ended', exit: { kind: 'code', code: 0 } },
    ],
  ]
  const clocks: readonly Row[] = [
    [
      'on a node ahead by an hour',
      aheadOf(exited(143)),
      { queue: empty, accounting: none },
      { kind: 'quiet' },
      'accounting',
    ],
    [
      'on a node ahead by an hour, asked for long',
      aheadOf(exited(143)),
      { queue: empty, accounting: none, later: 15_000, wanted: true },
      { kind: 'ended' },
    ],
  ]
  const lacking: readonly Row[] = [
    [
      'in a folder not read anew',
      `${elsewhere.slice(0, -8)} fresh=no exit= .`,
      { queue: empty, accounting: completed },
      { kind: 'quiet' },
      'queue',
    ],
    [
      'failed, in a folder not read anew',
      `${elsewhere.slice(0, -8)} fresh=no exit= .`,
      { queue: empty, accounting: walltime },
      { kind: 'quiet' },
      'queue',
    ],
    [
      'in a folder that takes nothing',
      `${elsewhere.slice(0, -8)} fresh=denied exit= .`,
      { queue: empty, accounting: completed },
      { kind: 'unclear' },
      'queue',
    ],
    [
      'failed, in a folder read anew',
      `${elsewhere.slice(0, -8)} fresh=yes exit= .`,
      { queue: empty, accounting: walltime },
      { kind: 'vanished', hearsay: true },
    ],
    [
      'dead by its processes',
      dead,
      { queue: empty, accounting: none },
      { kind: 'vanished', hearsay: undefined },
    ],
    [
      'in no work folder',
      'there=away lives=no .',
      { queue: empty, accounting: none, known: ran },
      { kind: 'unclear' },
    ],
    [
      'in no work folder, seen before',
      'there=away lives=no .',
      { queue: empty, rooted: true },
      { kind: 'unclear' },
    ],
    [
      'in no work folder, never begun',
      'there=away lives=no .',
      { queue: empty },
      { kind: 'absent', submitter: 'none' },
    ],
    ['with an exit whose claim is gone', purged, {}, { kind: 'ended', incarnation: 1 }],
    [
      'with an exit whose claim is empty',
      spoiled.replace('exit=', 'exit=v1,3,-,-,5,6,0,0,end'),
      {},
      { kind: 'ended', incarnation: 1 },
    ],
    [
      'with an empty claim, failed',
      spoiled,
      { queue: empty, accounting: row({ code: 1 }) },
      { kind: 'vanished', reason: 'wrapper-killed' },
    ],
    [
      'with an empty claim, nowhere',
      spoiled,
      { queue: empty, accounting: none },
      { kind: 'unclear' },
      'queue',
    ],
    ['with an empty claim, running', spoiled, { queue: entry('running') }, { kind: 'unclear' }, 'queue'],
  ]
  judgeEach('claimed, beside', foreign)
  judgeEach('that was told to go and ended', told)
  judgeEach('killed', clocks)
  judgeEach('found', lacking)
  judgeEach('of another id,', [
    [
      'listed by its name',
      named(waits).replace('native=12', 'native=13'),
      { queue: entry('waiting') },
      { kind: 'queued', nativeId: nativeId('12') },
    ],
  ])
})
