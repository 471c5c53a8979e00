import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { readAccounting } from '../../../src/runners/gridengine/read-accounting.ts'
import { readQueue } from '../../../src/runners/gridengine/read-queue.ts'
import { fuzzAnswers, fuzzRuns } from '../fuzz-answers.ts'
import { recorded } from './recorded.ts'

/** Of each record its number, task and what failed, by their order alone. */
function told(text: string): readonly string[] {
  const records = text.matchAll(/^jobnumber +(\d+)\s*\ntaskid +(\w+)\s*\n(?:(?!=====).*\n)*?failed +(\d+)/gm)
  return [...records].map(
    ([, job, task, failed]) => `${job}${task === 'undefined' ? '' : `.${task}`} failed ${failed}`,
  )
}

describe("Grid Engine's answers, spoiled", function () {
  this.timeout(600_000)

  it(`read as no false end in ${fuzzRuns} answers of accounting`, () => {
    fuzzAnswers({
      recorded: [recorded('accounting.txt')],
      lines: 120,
      told,
      read: (text) =>
        [...readAccounting(text)].flatMap(([id, { phase, word }]) =>
          phase === 'ended' ? [`${id} ${word}`] : [],
        ),
    })
  })

  it(`read as no end at all in ${fuzzRuns} lists of the queue, and never as an empty one`, () => {
    fuzzAnswers({
      recorded: [recorded('queue.xml')],
      lines: 400,
      told: () => ['goes on'],
      read(text) {
        const { jobs, unread } = readQueue(text)
        assert.ok(jobs.size > 0 || unread.length > 0)
        return [...jobs.values(), { phase: 'unknown' }].map(({ phase }) =>
          phase === 'ended' ? 'ended' : 'goes on',
        )
      },
    })
  })
})
