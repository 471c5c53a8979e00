import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  ambiguities,
  ambiguousSubmissions,
  type Ambiguity,
  type Tally,
} from '../../testing/scheduler-simulator/ambiguous-submissions.ts'
import type { Dialect } from '../../testing/scheduler-simulator/simulated-host.ts'

// A thousand of each take an hour: ABEYANCE_LIVE_SEEDS=1000.
const most = Number(process.env['ABEYANCE_LIVE_SEEDS'] ?? 100)

/** Fewer of what mostly waits, since nothing was accepted and that has to be proved. */
const seedsOf = (ambiguity: Ambiguity) =>
  ambiguity === 'not accepted, and timed out' || ambiguity === 'the request cut' ? Math.ceil(most / 10) : most

const dialects: readonly Dialect[] = ['slurm', 'gridengine', 'pbs']
const clustersAtOnce = 6
const seedsOfOne = 10
/** How many jobs go in an array, where arrays are tried. */
const elementsOf = 5

/** Spreads the seeds over simulated clusters of all dialects in turn. */
async function onManyClusters(ambiguity: Ambiguity, count: number, elements = 1): Promise<Tally> {
  const portion = elements === 1 ? seedsOfOne : 1
  const total = { jobs: 0, accepted: 0, executions: 0, adopted: 0 }
  let next = 0
  const work = async () => {
    while (next < count) {
      const from = next
      next += portion
      const seeds = Array.from({ length: Math.min(portion, count - from) }, (_, place) => from + place)
      const dialect = dialects[(from / portion) % dialects.length] ?? 'slurm'
      const tally = await ambiguousSubmissions(dialect, ambiguity, seeds, elements)
      total.jobs += tally.jobs
      total.accepted += tally.accepted
      total.executions += tally.executions
      total.adopted += tally.adopted
    }
  }
  await Promise.all(Array.from({ length: clustersAtOnce }, work))
  return total
}

describe('submissions of which nobody knows whether they were accepted', () => {
  for (const ambiguity of Object.keys(ambiguities).filter(isAmbiguity))
    it(`are each found and run once: ${seedsOf(ambiguity)} times ${ambiguity}`, async function () {
      this.timeout(7_200_000)
      const count = seedsOf(ambiguity)
      const tally = await onManyClusters(ambiguity, count)
      console.log(
        `      ${ambiguity}: of ${tally.jobs} jobs ${tally.accepted} accepted, ${tally.adopted} adopted, ${tally.executions} executions`,
      )
      assert.deepEqual(tally, { jobs: count, accepted: count, executions: count, adopted: count })
    })

  for (const ambiguity of Object.keys(ambiguities).filter(isAmbiguity)) {
    const arrays = Math.ceil(seedsOf(ambiguity) / 3)
    it(`are each found and run once in arrays: ${arrays} of ${elementsOf}, ${ambiguity}`, async function () {
      this.timeout(7_200_000)
      const count = arrays * elementsOf
      const tally = await onManyClusters(ambiguity, arrays, elementsOf)
      console.log(`      ${ambiguity}, in arrays: ${JSON.stringify(tally)}`)
      assert.deepEqual(tally, { jobs: count, accepted: count, executions: count, adopted: count })
    })
  }
})

function isAmbiguity(name: string): name is Ambiguity {
  return name in ambiguities
}
