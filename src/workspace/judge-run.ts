import { AbeyanceError } from '../core/error.ts'
import type { Execution } from '../engine/execution.ts'
import type { ModuleNode } from '../engine/module-node.ts'
import type { Outcome, Suspension } from '../records/outcome.ts'
import type { JobRecord } from '../records/job-record.ts'
import { modulePath, type JobKey, type ModulePath } from '../core/ids.ts'
import type { Value } from '../pipeline/value.ts'
import { asOutcomes } from './as-outcomes.ts'
import type { Ended, Failure, Resting } from './workspace.ts'

type KeptOutcomes = ReadonlyMap<ModulePath, Outcome>

/** How a run stands when nothing more can be done now: ended, or suspended on something. */
export async function judgeRun(
  execution: Execution,
  jobOf: (key: JobKey) => Promise<JobRecord | undefined>,
): Promise<Resting> {
  const outcomes = execution.outcomes()
  const failures = await failuresOf(outcomes, jobOf)
  if (execution.asked.every((node) => node.phase === 'settled'))
    return end(execution.asked, { outcomes, failures, outputs: execution.outputs() })
  return suspended(outcomes, failures)
}

/** How a run stands that hangs on something. */
export function suspended(outcomes: KeptOutcomes, failures: readonly Failure[]): Resting {
  const on = [...outcomes.values()].flatMap((outcome) => (outcome.kind === 'suspended' ? [outcome.on] : []))
  return { kind: 'suspended', on: onePerJob(on), failures, outcomes: asOutcomes(outcomes) }
}

/** What failed, each with its error; failed places that a map tolerated are not among them. */
export async function failuresOf(
  outcomes: KeptOutcomes,
  jobOf: (key: JobKey) => Promise<JobRecord | undefined>,
): Promise<readonly Failure[]> {
  const failures: Failure[] = []
  for (const [module, outcome] of outcomes) {
    if (outcome.kind !== 'failed' || isTolerated(outcomes, module)) continue
    failures.push(await failureOf(module, outcome, jobOf))
  }
  return failures
}

function end(
  asked: readonly ModuleNode[],
  {
    outcomes: kept,
    failures,
    outputs,
  }: { outcomes: KeptOutcomes; failures: readonly Failure[]; outputs: Readonly<Record<string, Value>> },
): Ended {
  const outcomes = asOutcomes(kept)
  const bad = asked.some(
    ({ outcome }) =>
      outcome?.kind === 'failed' ||
      outcome?.kind === 'cancelled' ||
      (outcome?.kind === 'skipped' && outcome.because === 'failure'),
  )
  if (!bad) return { kind: 'done', outputs, outcomes }
  const [first, ...others] = failures
  if (first) return { kind: 'failed', failures: [first, ...others], outputs, outcomes }
  return { kind: 'cancelled', by: 'user', outcomes }
}

async function failureOf(
  module: ModulePath,
  outcome: Extract<Outcome, { kind: 'failed' }>,
  jobOf: (key: JobKey) => Promise<JobRecord | undefined>,
): Promise<Failure> {
  const error = new AbeyanceError(outcome.error.code, outcome.error.message)
  if (outcome.job === undefined) return { module, error }
  const state = (await jobOf(outcome.job))?.state
  return { module, error, job: outcome.job, ...(state?.kind === 'failed' ? { reason: state.reason } : {}) }
}

/** An element is `digest[3]` or `clean[3]/trim`; its map stands above it, and is done where the failure was tolerated. */
function isTolerated(outcomes: KeptOutcomes, module: string): boolean {
  for (let at = module.lastIndexOf('['); at > 0; at = module.lastIndexOf('[', at - 1)) {
    if (outcomes.get(modulePath(module.slice(0, at)))?.kind === 'done') return true
  }
  return false
}

/** Equal elements share one job: it is waited for once. */
function onePerJob(suspensions: readonly Suspension[]): readonly Suspension[] {
  const seen = new Map<string, Suspension>()
  for (const suspension of suspensions) {
    const key = suspension.kind === 'job' ? suspension.job : suspension.key
    if (!seen.has(key)) seen.set(key, suspension)
  }
  return [...seen.values()]
}
