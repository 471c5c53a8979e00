import { AbeyanceError } from '../core/error.ts'
import type { Resting, Run, Workspace } from '../workspace/workspace.ts'
import { concludeRun, restAnswer } from './conclude-run.ts'
import type { WorkFolderOf } from './disk-hint.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts'
import { guardDisk } from './guard-disk.ts'
import type { Session } from './session.ts'
import { restSubmitted } from './rest-submitted.ts'
import { showProgress } from './show-progress.ts'
import type { LimitsOf } from './waiting-for-place.ts'

export interface FollowOptions {
  readonly wait?: boolean
  readonly json?: boolean
  /** How the user goes on after Ctrl+C. */
  readonly again: string
  readonly limitsOf: LimitsOf
  readonly workFolderOf: WorkFolderOf
}

/** Goes on with a run until nothing more can be done now, or with `wait` to its end; then says how it stands. */
export async function followRun(
  session: Session,
  { workspace, run, modules }: { workspace: Workspace; run: Run; modules: readonly string[] },
  { wait = false, json = false, again, ...places }: FollowOptions,
): Promise<ExitCode> {
  const signal = session.interrupted
  const told = new Set<string>()
  const until: Promise<Resting> = wait
    ? guardDisk(session, run.ended({ signal }))
    : restSubmitted(workspace, run, signal)
  try {
    const resting = wait
      ? await showProgress(session, { workspace, run, modules, ...places, told }, until)
      : await until
    if (!json) return await concludeRun(session, workspace, { run: run.record, resting, ...places, told })
    session.json(await restAnswer(workspace, run.record, resting))
    return exitCodeOf([resting.kind])
  } catch (error) {
    if (!signal.aborted) throw error
    const said = `interrupted: the run is on disk and its jobs go on; go on with \`${again}\``
    session.jsonError(new AbeyanceError('aborted', said))
    session.tell(said)
    return exitCodes.interrupted
  }
}
