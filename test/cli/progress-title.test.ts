import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { exitCodeOf, exitCodeOfError } from '../../src/cli/exit-code.ts'
import { line, progressTitle } from '../../src/cli/progress-title.ts'
import type { Actor } from '../../src/cli/scene.ts'
import { showSize } from '../../src/cli/show-size.ts'
import { showSpan } from '../../src/cli/show-time.ts'
import { table } from '../../src/cli/table.ts'
import { limitsIn, placeWords } from '../../src/cli/waiting-for-place.ts'

const actor = (path: string, word: string, more: Partial<Actor> = {}): Actor => ({
  path,
  name: path,
  word,
  over: ['done', 'failed', 'reused', 'unneeded'].includes(word),
  ...more,
})

describe('progressTitle', () => {
  it('shows one module by its state, progress and last line', () => {
    const gel = actor('gel', 'running', { percent: 42, line: 'drawing' })
    assert.deepEqual(progressTitle('gel', [gel, actor('gels', 'done')]), {
      text: 'gel  suspended: running  42 %  | drawing',
      over: false,
      failed: false,
      idle: false,
    })
  })

  it('says in words why nothing had to be done, and what a job without a place waits for', () => {
    const reused = actor('gel', 'not needed', { over: true, line: ': what it feeds is reused' })
    assert.equal(progressTitle('gel', [reused]).text, 'gel  not needed: what it feeds is reused')
    assert.equal(progressTitle('gel', [reused]).idle, true)
    const limits = limitsIn({})('local')
    const waiting = actor('gel', 'waiting for a place', {
      line: placeWords('hpc', { jobs: 20, memory: '8 GiB', submissionsPerMinute: 60 }).slice(19),
    })
    assert.equal(
      line(waiting),
      'gel  waiting for a place on hpc (20 jobs at once, 8 GiB, 60 submissions a minute)',
    )
    assert.ok((limits?.cores ?? 0) > 0)
  })

  it('shows nothing that a terminal obeys', () => {
    const hostile = actor('gel', 'failed', { name: '\u001b]0;owned\u0007gel', line: '\u001b[2Jexit code 3' })
    assert.equal(progressTitle('gel', [hostile]).text, 'gel  failed  | exit code 3')
  })

  it('shows a module that nothing was heard of by its id', () => {
    assert.equal(progressTitle('gel', []).text, 'gel')
    assert.equal(progressTitle('gel', []).over, false)
  })

  it('counts the elements of a map and lists those at work, running ones first', () => {
    const { text, over } = progressTitle('digest', [
      actor('digest', 'waiting'),
      actor('digest[0]', 'done'),
      actor('digest[1]', 'queued', { name: 'digest[1] BamHI' }),
      actor('digest[2]', 'running', { name: 'digest[2] EcoRI', percent: 7 }),
    ])
    assert.equal(over, false)
    assert.deepEqual(text.split('\n'), [
      'digest  1 done, 1 queued, 1 running',
      '  digest[2] EcoRI  suspended: running  7 %',
      '  digest[1] BamHI  suspended: queued',
    ])
  })

  it('stays short however many elements there are', () => {
    const elements = Array.from({ length: 10_000 }, (_, index) => actor(`m[${index}]`, 'queued'))
    const lines = progressTitle('m', elements).text.split('\n')
    assert.equal(lines.length, 10)
    assert.equal(lines.at(-1), '  and 9992 more')
  })

  it('takes a map that tolerated a failure for done, one that did not for failed', () => {
    const parts = [actor('m[0]', 'failed'), actor('m[1]', 'done')]
    assert.equal(progressTitle('m', [actor('m', 'done'), ...parts]).failed, false)
    assert.equal(progressTitle('m', [actor('m', 'failed'), ...parts]).failed, true)
  })

  it('says of a module that nothing needs that it is idle', () => {
    assert.equal(progressTitle('m', [actor('m', 'not needed', { over: true })]).idle, true)
  })

  it('leaves the last line of the log out when all went well', () => {
    assert.equal(line(actor('m', 'done', { line: 'bye' })), 'm  done')
    assert.equal(line(actor('m', 'failed', { line: 'exit code 3' })), 'm  failed  | exit code 3')
  })
})

describe('exit codes', () => {
  it('count what is open more than a failure, a failure more than success', () => {
    assert.equal(exitCodeOf(['done', 'failed', 'suspended']), 3)
    assert.equal(exitCodeOf(['done', 'failed']), 1)
    assert.equal(exitCodeOf(['cancelled']), 1)
    assert.equal(exitCodeOf(['done']), 0)
    assert.equal(exitCodeOf([]), 0)
  })

  it('tell what the user can mend from what went wrong', () => {
    assert.equal(exitCodeOfError('invalid-pipeline'), 2)
    assert.equal(exitCodeOfError('workspace-held'), 2)
    assert.equal(exitCodeOfError('disk-full'), 1)
    assert.equal(exitCodeOfError('aborted'), 130)
  })
})

describe('what is shown', () => {
  it('is a table with columns side by side and nothing after the last word', () => {
    assert.equal(
      table(
        ['A', 'LONG', 'C'],
        [
          ['xyz', 'y', ''],
          ['x', 'y', 'z'],
        ],
      ),
      'A    LONG  C\nxyz  y\nx    y     z',
    )
  })

  it('is a time or size that a person can take in', () => {
    assert.deepEqual([12, 61_000, 3_600_000 * 5, 86_400_000 * 3].map(showSpan), [
      '12 ms',
      '61 s',
      '5 h',
      '3 d',
    ])
    assert.deepEqual([0, 512, 1536, 200 * 2 ** 20].map(showSize), ['0 B', '512 B', '1.5 KiB', '200 MiB'])
  })
})
