import assert from 'node:assert/strict'
import { tag, type Tag } from '../../../src/core/ids.ts'
import type { JobReport } from '../../../src/runners/job-report.ts'
import type { Runner, Submission } from '../../../src/runners/runner.ts'
import type { Faults } from '../../../src/testing/index.ts'
import { openSimulatedHost, type Dialect, type SimulatedHost } from './simulated-host.ts'

/** What makes it unclear whether a job was submitted. */
export const ambiguities = {
  'accepted, and timed out': { acceptsAndTimesOut: true },
  'accepted late, after it timed out': { acceptsLate: { seconds: 0.3 } },
  'accepted, and the reply cut': { losesReply: true },
  'accepted, and no id': { omitsId: true },
  'warnings around the id': { warns: true },
  'not accepted, and timed out': { timesOut: { times: 1 } },
  'the request cut': { losesRequest: { times: 1 } },
  'the engine killed': { answersLate: { seconds: 0.1 } },
} as const satisfies Readonly<Record<string, Faults>>

export type Ambiguity = keyof typeof ambiguities

export interface Tally {
  /** Jobs that were to be run. */
  readonly jobs: number
  /** How many the scheduler accepted, and how often their commands ran: each the number of jobs, or something was lost or done twice. */
  readonly accepted: number
  readonly executions: number
  /** Of those that were accepted at the first request: how many the runner came to know by the id that the scheduler gave. */
  readonly adopted: number
}

/**
 * Submits a job for each seed under the same fault, or so many at once as an array, until the runner is sure of each; the seed says
 * what else goes wrong.
 */
export async function ambiguousSubmissions(
  dialect: Dialect,
  ambiguity: Ambiguity,
  seeds: readonly number[],
  elements = 1,
): Promise<Tally> {
  const host = await openSimulatedHost(dialect, elements > 1 ? { arrays: {} } : {})
  try {
    const known = new Map<Tag, string>()
    for (const seed of seeds) {
      const names = Array.from({ length: elements }, (_, place) =>
        tag(`j${String(seed * elements + place).padStart(12, 'a')}`),
      )
      for (const [name, id] of await settle(host, ambiguity, names, dice(seed))) known.set(name, id)
    }
    await until(
      async () => (await unfinished(host)).length === 0,
      async () => `not completed: ${JSON.stringify(await unfinished(host))}`,
    )
    const jobs = await host.simulator.jobs()
    let executions = 0
    for (const name of known.keys()) executions += await host.executions(name)
    // Elements of an array have its name.
    const ours = new Map([...known].map(([name, id]) => [id, name]))
    const adopted = jobs.filter(
      ({ id, name }) => ours.has(id) && (elements > 1 || ours.get(id) === name),
    ).length
    return { jobs: seeds.length * elements, accepted: jobs.length, executions, adopted }
  } finally {
    await host.close()
  }
}

/** Answers with the ids under which the runner knows them at last. */
async function settle(
  host: SimulatedHost,
  ambiguity: Ambiguity,
  names: readonly Tag[],
  roll: () => number,
): Promise<ReadonlyMap<Tag, string>> {
  const jobs = names.map((name) => host.job(name, roll() < 0.5 ? 0 : roll() / 5))
  const others: Faults = {
    ...(roll() < 0.3 && { forgets: true }),
    ...(roll() < 0.3 && { accountingIncomplete: true }),
  }
  await host.simulator.faults.set({ ...others, ...ambiguities[ambiguity] })
  if (ambiguity === 'the engine killed') await killed(host.runner, jobs, Math.floor(roll() * 250))
  const runner = ambiguity === 'the engine killed' ? host.restart() : host.runner
  const known = new Map<Tag, string>()
  for (let turn = 0; turn < 100 && known.size < jobs.length; turn++) {
    const open = jobs.filter(({ tag: name }) => !known.has(name))
    const answers = await runner.submit(open, {})
    for (const { tag: name } of open) {
      const answer = answers.get(name) ?? assert.fail('no answer')
      assert.notEqual(answer.kind, 'refused', JSON.stringify(answer))
      if (answer.kind === 'accepted') known.set(name, answer.nativeId)
    }
    for (const { tag: name } of open) {
      if (known.has(name)) continue
      const report = await whatBecame(runner, name)
      if ('nativeId' in report) known.set(name, report.nativeId)
      // What ended says no id: submitted again, it is answered with it.
    }
  }
  assert.equal(known.size, jobs.length, 'some were never accepted')
  return known
}

/** The engine and what it started on this host die after a while, wherever they are. */
async function killed(runner: Runner, jobs: readonly Submission[], milliseconds: number): Promise<void> {
  await runner.submit(jobs, { signal: AbortSignal.timeout(milliseconds) }).catch(() => {})
}

async function whatBecame(runner: Runner, name: Tag): Promise<JobReport> {
  let report: JobReport = { kind: 'quiet' }
  const isKnown = async () => {
    const one = new Set([name])
    const { reports } = await runner.look({ jobs: one, doubtful: one, urgent: one, ranges: [] }, {})
    report = reports.get(name) ?? report
    return report.kind !== 'quiet' && report.kind !== 'submitting' && report.kind !== 'unclear'
  }
  await until(isKnown, async () => `of ${name} nobody knows more than ${JSON.stringify(report)}`)
  return report
}

const unfinished = async (host: SimulatedHost) =>
  (await host.simulator.jobs()).filter(({ phase }) => phase !== 'completed')

async function until(isSo: () => Promise<boolean>, complaint: () => Promise<string>): Promise<void> {
  const end = Date.now() + 30_000
  while (!(await isSo())) {
    if (Date.now() > end) assert.fail(await complaint())
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Numbers from 0 to 1 that follow from the seed: mulberry32. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
