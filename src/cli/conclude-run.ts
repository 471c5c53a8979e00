import type { RunRecord } from '../records/run-record.ts'
import type { Failure, Resting, WorkspaceView } from '../workspace/workspace.ts'
import type { WorkFolderOf } from './disk-hint.ts'
import { exitCodeOf, type ExitCode } from './exit-code.ts'
import { putResults, type PutResult } from './put-results.ts'
import { failureAnswer, waitAnswer, waitLine, type RestAnswer } from './run-answer.ts'
import type { Session } from './session.ts'
import { tellFailure } from './tell-failure.ts'
import type { LimitsOf } from './waiting-for-place.ts'

export interface Concluding {
  readonly limitsOf: LimitsOf
  readonly workFolderOf: WorkFolderOf
  /** Modules whose failure was told when it happened. */
  readonly told?: ReadonlySet<string>
}

/** Says how a run stands: its results put in place, what failed and why, what it waits for and how to go on. */
export async function concludeRun(
  session: Session,
  view: WorkspaceView,
  { run, resting, ...concluding }: Concluding & { readonly run: RunRecord; readonly resting: Resting },
): Promise<ExitCode> {
  await tell(session, view, run, { resting, results: await resultsOf(view, run, resting), ...concluding })
  return exitCodeOf([resting.kind])
}

/** The same as data. */
export async function restAnswer(view: WorkspaceView, run: RunRecord, resting: Resting): Promise<RestAnswer> {
  const results = await resultsOf(view, run, resting)
  return {
    run: run.id,
    state: resting.kind,
    outputs: Object.fromEntries(results.map(({ name, answer }) => [name, answer])),
    failures: failuresOf(resting).map(failureAnswer),
    waiting: resting.kind === 'suspended' ? resting.on.map(waitAnswer) : [],
  }
}

function resultsOf(view: WorkspaceView, run: RunRecord, resting: Resting): Promise<readonly PutResult[]> {
  return 'outputs' in resting ? putResults(view, run, resting) : Promise.resolve([])
}

function failuresOf(resting: Resting): readonly Failure[] {
  return 'failures' in resting ? resting.failures : []
}

async function tell(
  session: Session,
  view: WorkspaceView,
  run: RunRecord,
  {
    resting,
    results,
    limitsOf,
    workFolderOf,
    told,
  }: Concluding & { readonly resting: Resting; readonly results: readonly PutResult[] },
): Promise<void> {
  for (const { module, error, job } of failuresOf(resting))
    if (!told?.has(module))
      await tellFailure(session, view, { module, message: error.message, job }, workFolderOf)
  for (const { name, paths } of results) for (const path of paths) session.print(`${name}: ${path}`)
  switch (resting.kind) {
    case 'done':
      return session.tell(`${run.name}: done${allReused(resting) ? ' (nothing had to run)' : ''}`)
    case 'failed':
      session.tell(
        `${run.name}: failed (${resting.failures.length} of ${Object.keys(resting.outcomes).length} modules)`,
      )
      return session.tell(
        `mend it, then \`abeyance run\` again, or \`abeyance retry JOB\` for the same job once more`,
      )
    case 'cancelled':
      return session.tell(`${run.name}: cancelled by ${resting.by}`)
    case 'suspended':
      session.print(`${run.name} waits for:`)
      for (const on of resting.on.slice(0, 20)) session.print(`  ${await waitLine(view, on, limitsOf)}`)
      if (resting.on.length > 20) session.print(`  and ${resting.on.length - 20} more (\`abeyance jobs\`)`)
      session.tell(
        'go on with `abeyance run` as before, `abeyance resume`, or `abeyance watch`, which goes on by itself',
      )
  }
}

function allReused({ outcomes }: Resting): boolean {
  return Object.values(outcomes).every(
    (outcome) =>
      outcome.kind === 'unneeded' ||
      outcome.kind === 'skipped' ||
      (outcome.kind === 'done' && outcome.by === 'reused'),
  )
}
