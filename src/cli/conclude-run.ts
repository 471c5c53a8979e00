import type { RunRecord } from '../records/run-record.ts'
import type { Failure, Resting, WorkspaceView } from '../workspace/workspace.ts'
import { exitCodeOf, type ExitCode } from './exit-code.ts'
import { shortKey } from './find-job.ts'
import { lastLines } from './last-lines.ts'
import { putResults, type PutResult } from './put-results.ts'
import { failureAnswer, waitAnswer, waitLine, type RestAnswer } from './run-answer.ts'
import type { Session } from './session.ts'

/** Says how a run stands: its results put in place, what failed and why, what it waits for and how to go on. */
export async function concludeRun(
  session: Session,
  view: WorkspaceView,
  run: RunRecord,
  resting: Resting,
): Promise<ExitCode> {
  await tell(session, view, run, { resting, results: await resultsOf(view, run, resting) })
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
  { resting, results }: { readonly resting: Resting; readonly results: readonly PutResult[] },
): Promise<void> {
  for (const failure of failuresOf(resting)) await tellFailure(session, view, failure)
  for (const { name, paths } of results) for (const path of paths) session.print(`${name}: ${path}`)
  switch (resting.kind) {
    case 'done':
      return session.tell(`${run.name}: done${allReused(resting) ? ' (nothing had to run)' : ''}`)
    case 'failed':
      session.tell(`${run.name}: failed (${resting.failures.length} of ${resting.outcomes.size} modules)`)
      return session.tell(
        `mend it, then \`abeyance run\` again, or \`abeyance retry JOB\` for the same job once more`,
      )
    case 'cancelled':
      return session.tell(`${run.name}: cancelled by ${resting.by}`)
    case 'suspended':
      session.print(`${run.name} waits for:`)
      for (const on of resting.on.slice(0, 20)) session.print(`  ${await waitLine(view, on)}`)
      if (resting.on.length > 20) session.print(`  and ${resting.on.length - 20} more (\`abeyance jobs\`)`)
      session.tell(
        'go on with `abeyance run` as before, `abeyance resume`, or `abeyance watch`, which goes on by itself',
      )
  }
}

function allReused({ outcomes }: Resting): boolean {
  return [...outcomes.values()].every(
    (outcome) =>
      outcome.kind === 'unneeded' ||
      outcome.kind === 'skipped' ||
      (outcome.kind === 'done' && outcome.by === 'reused'),
  )
}

async function tellFailure(session: Session, view: WorkspaceView, failure: Failure): Promise<void> {
  const { module, error, job } = failure
  const said = error.message.startsWith(`${module}: `)
    ? error.message.slice(module.length + 2)
    : error.message
  session.tell(`${module} failed: ${said}`)
  if (job === undefined) return
  for (const line of await lastLines(view, job, { stream: 'stderr', lines: 5 })) session.tell(`  | ${line}`)
  session.tell(
    `  all of it: abeyance logs ${shortKey(job)} --stderr; its history: abeyance show ${shortKey(job)}`,
  )
}
