import { describe, it } from 'mocha'
import type { QueuedJob } from '../../../src/runners/scheduler.ts'
import { readAccounting } from '../../../src/runners/pbs/read-accounting.ts'
import { readQueue } from '../../../src/runners/pbs/read-queue.ts'
import { fuzzAnswers, fuzzRuns } from '../fuzz-answers.ts'
import { asRead } from './pbs-host.ts'
import { recorded } from './recorded.ts'

/** Of each job, by the order of its attributes alone: the letter of one that is over. */
function told(text: string): readonly string[] {
  const jobs = text.matchAll(
    /(?:^Job Id:\s*|^\t\t")(\d[^"\s]*)(?:(?!^Job Id:|^\t\t").*\n)*?\s*"?job_state"?(?: = |:\s*")([CFX])\b/gm,
  )
  return [...jobs].map(([, id, letter]) => `${id} ${letter}`)
}

const endsIn = (jobs: Iterable<readonly [string, Pick<QueuedJob, 'word'> & { readonly phase: string }]>) =>
  [...jobs].flatMap(([id, { phase, word }]) => (phase === 'ended' ? [`${id} ${word.slice(0, 1)}`] : []))

describe("PBS's answers, spoiled", function () {
  this.timeout(600_000)

  const answers = {
    'of OpenPBS': [asRead('openpbs', recorded('openpbs-history.json'))],
    'of Torque and the wrappers': [
      asRead('torque', recorded('torque.txt')),
      asRead('slurm', recorded('wrapped.txt')),
    ],
  }
  for (const [whose, recorded] of Object.entries(answers)) {
    it(`read as no false end in ${fuzzRuns} lists and histories ${whose}`, () => {
      fuzzAnswers({
        recorded,
        lines: 150,
        told,
        read: (text) => [...endsIn(readQueue(text).jobs), ...endsIn(readAccounting(text))],
      })
    })
  }
})
