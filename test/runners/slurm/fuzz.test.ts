import { describe, it } from 'mocha'
import { readSacct } from '../../../src/runners/slurm/read-sacct.ts'
import { readSqueue } from '../../../src/runners/slurm/read-squeue.ts'
import { fuzzAnswers, fuzzRuns } from '../fuzz-answers.ts'
import { recorded } from './recorded.ts'

const final =
  /^(\d+(?:_\d+|\+\d+|_\[[^\]]*\])?)\|(COMPLETED|FAILED|CANCELLED|TIMEOUT|DEADLINE|OUT_OF_MEMORY|NODE_FAIL|BOOT_FAIL|PREEMPTED)\b/gm

/** By the beginnings of lines alone; what waited together was cancelled together. */
function told(text: string): readonly string[] {
  return [...text.matchAll(final)].flatMap(([, id = '', word]) => {
    const [, job, tasks] = /^(\d+)_\[([\d,]+)\]$/.exec(id) ?? []
    if (tasks !== undefined) return tasks.split(',').map((task) => `${job}_${task} ${word}`)
    return [`${id.replace(/\+0$/, '')} ${word}`]
  })
}

describe("Slurm's answers, spoiled", function () {
  this.timeout(600_000)

  it(`read as no false end in ${fuzzRuns} lists of the queue`, () => {
    const names = ['squeue-busy', 'squeue-requeued', 'squeue-ended', 'squeue-rare']
    fuzzAnswers({
      recorded: names.map(recorded),
      told,
      read: (text) =>
        [...readSqueue(text).jobs].flatMap(([id, { phase, word }]) =>
          phase === 'ended' ? [`${id} ${word}`] : [],
        ),
    })
  })

  it(`read as no false end in ${fuzzRuns} answers of accounting`, () => {
    fuzzAnswers({
      recorded: ['sacct-early', 'sacct-late', 'sacct-rare'].map(recorded),
      told,
      read: (text) =>
        [...readSacct(text)].flatMap(([id, { phase, word }]) => (phase === 'ended' ? [`${id} ${word}`] : [])),
    })
  })
})
