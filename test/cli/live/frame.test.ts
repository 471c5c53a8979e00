import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Board } from '../../../src/cli/live/board.ts'
import { widthOf } from '../../../src/cli/live/fit.ts'
import { watchFrame } from '../../../src/cli/live/frame.ts'
import { paints } from '../../../src/cli/paint.ts'
import { boardOf, jobOfState, now, states } from './board-of.ts'

const frame = (board: Board, columns: number, rows: number, notes: readonly string[] = []) =>
  watchFrame({
    board,
    size: { columns, rows },
    now,
    paint: paints(false),
    limitsOf: () => ({ jobs: 20 }),
    title: 'abeyance /study',
    notes,
    all: true,
  })
const of = (kind: string) => states[kind] ?? assert.fail(kind)

describe('watchFrame', () => {
  it('shows of each job its state, times, destination, last look, attempt and reason', () => {
    const [running, failed] = [jobOfState(0, of('running'), { attempt: 2 }), jobOfState(1, of('failed'))]
    const board = boardOf([running, failed])
    const travel = { way: 'there', done: 2 ** 20, total: 2 ** 22 } as const
    const seen = {
      times: new Map([[running.key, { attempt: 2, submittedAt: now - 240_000, startedAt: now - 60_000 }]]),
      percents: new Map([[running.key, 42]]),
      travels: new Map([[running.key, travel]]),
    }
    assert.deepEqual(frame({ ...board, ...seen }, 140, 20), [
      'abeyance /study',
      'lambda digest 0000c4f1  open for 4 min  1 failed, 1 running, 1 waiting of 3',
      'STATE    NAME       QUEUED  RAN   AT   LOOKED   TRY',
      'failed   digest[1]                hpc                out-of-memory; it took 25 GiB',
      'running  digest[0]  3 min   60 s  hpc  3 s ago  2    ━━━━────── 42 %  1.0 MiB of 4.0 MiB of inputs sent',
      'Ctrl+C ends the watching; jobs go on',
    ])
  })

  it('says what a job waits for that was not sent yet', () => {
    const [line] = frame(boardOf([jobOfState(0, of('waiting'))]), 140, 20).slice(-2)
    assert.match(line ?? '', /^waiting {2}digest\[0\] .*waiting for a place on hpc \(20 jobs at once\)$/)
  })

  it('shows of ten thousand jobs what matters, counts the rest, and stays within the screen', () => {
    const kinds = [
      'queued',
      'queued',
      'queued',
      'waiting',
      'queued',
      'queued',
      'queued',
      'waiting',
      'queued',
      'queued',
    ]
    const jobs = Array.from({ length: 10_000 }, (_, place) =>
      jobOfState(
        place,
        of(place === 4711 ? 'failed' : place < 3 ? 'running' : (kinds[place % 10] ?? 'queued')),
      ),
    )
    const board = boardOf(jobs)
    const lines = frame(board, 100, 24)
    assert.ok(lines.length <= 24)
    assert.ok(lines.some((line) => line.startsWith('failed   digest[4711]')))
    assert.equal(lines.filter((line) => line.startsWith('running')).length, 3)
    assert.ok(
      lines.includes('  digest  1 failed, 3 running, 7,996 queued, 2,000 waiting for a place'),
      lines.join('\n'),
    )
    assert.match(lines.at(-2) ?? '', /^… and 9,9\d\d more: 7,9\d\d queued, 1,9\d\d waiting$/)
  })

  it('never is wider or longer than a terminal, however small', () => {
    const jobs = Object.values(states).map((state, place) =>
      jobOfState(place, state, { name: `digest[${place}] 日本語の名前` }),
    )
    for (const columns of [20, 33, 60, 100])
      for (const rows of [1, 3, 8, 30]) {
        const lines = frame(boardOf(jobs), columns, rows, ['the disk of /study is full: waiting for space'])
        assert.ok(lines.length <= rows)
        for (const line of lines) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
      }
  })

  it('lets no name or reason of a job reach the terminal as a command', () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J'
    const failed = { ...of('failed'), message: `a${evil}\nb` }
    const lines = frame(boardOf([jobOfState(0, failed, { name: `digest[0] ${evil}x` })]), 140, 20, [
      `note${evil}`,
    ])
    assert.doesNotMatch(lines.join(''), /\p{Cc}/u)
    assert.ok(lines.some((line) => line.includes('a b')))
  })

  it('shows ended jobs of the watched runs last, and says when nothing is open', () => {
    const lines = frame(boardOf([jobOfState(0, of('succeeded')), jobOfState(1, of('running'))]), 140, 20)
    assert.match(lines.join('\n'), /running {4}digest\[1\].*\nsucceeded {2}digest\[0\] +3 min +60 s/)
    assert.ok(frame(boardOf([]), 140, 20).includes('no job is open'))
  })
})
