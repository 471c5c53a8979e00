import type { Resting, Run, Workspace } from '../workspace/workspace.ts'
import { concludeRun, restAnswer } from './conclude-run.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts'
import type { Session } from './session.ts'
import { restSubmitted } from './rest-submitted.ts'
import { showProgress } from './show-progress.ts'

export interface FollowOptions {
  readonly wait?: boolean
  readonly json?: boolean
  /** How the user goes on after Ctrl+C. */
  readonly again: string
}

/** Goes on with a run until nothing more can be done now, or with `wait` to its end; then says how it stands. */
export async function followRun(
  session: Session,
  { workspace, run, modules }: { workspace: Workspace; run: Run; modules: readonly string[] },
  { wait = false, json = false, again }: FollowOptions,
): Promise<ExitCode> {
  const signal = session.interrupted
  const until: Promise<Resting> = wait ? run.ended({ signal }) : restSubmitted(workspace, run, signal)
  try {
    const resting = wait ? await showProgress(session, { workspace, run, modules }, until) : await until
    if (!json) return await concludeRun(session, workspace, run.record, resting)
    session.json(await restAnswer(workspace, run.record, resting))
    return exitCodeOf([resting.kind])
  } catch (error) {
    if (!signal.aborted) throw error
    session.tell(`interrupted: the run is on disk and its jobs go on; go on with \`${again}\``)
    return exitCodes.interrupted
  }
}
