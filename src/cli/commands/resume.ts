import type { Command } from 'commander'
import type { Resting, Workspace } from '../../workspace/workspace.ts'
import type { RunRecord } from '../../records/run-record.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodeOf, exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface ResumeWords {
  readonly json?: true
}

export function resumeCommand(cli: Cli): Command {
  return newCommand(
    'resume',
    'one look and one round for open runs, also those at `ask` or `off`; returns as `run` does',
    'abeyance resume',
  )
    .argument('[run]', 'this run alone: its id, a part of it, its key, or `last`')
    .option('--json', 'answer a list of { run, state, outputs, failures, waiting } as JSON')
    .action((run: string | undefined, words: ResumeWords) =>
      cli.run((session) => resume(session, run, words)),
    )
}

async function resume(session: Session, named: string | undefined, { json }: ResumeWords): Promise<ExitCode> {
  const { driveExisting, readSettings } = await import('../drive.ts')
  const { workFoldersIn } = await import('../disk-hint.ts')
  const { limitsIn } = await import('../waiting-for-place.ts')
  const { restSubmitted } = await import('../rest-submitted.ts')
  const { concludeRun, restAnswer } = await import('../conclude-run.ts')
  const settings = await readSettings(session)
  const places = { limitsOf: limitsIn(settings), workFolderOf: workFoldersIn(session.folder, settings) }
  return driveExisting(session, settings, async (workspace) => {
    const ends: Resting['kind'][] = []
    const answers: object[] = []
    for (const run of await chosen(workspace, named)) {
      const driven = await workspace.run(run.id)
      if (driven === undefined) continue
      if (run.state === 'open') await driven.resume()
      const resting = await restSubmitted(workspace, driven, session.interrupted)
      ends.push(resting.kind)
      if (json) answers.push(await restAnswer(workspace, driven.record, resting))
      else await concludeRun(session, workspace, { run: driven.record, resting, ...places })
      if (session.interrupted.aborted) break
    }
    if (json) session.json(answers)
    else if (session.interrupted.aborted) return exitCodes.interrupted
    else if (ends.length === 0) session.tell('no run is open')
    return exitCodeOf(ends)
  })
}

async function chosen(workspace: Workspace, named: string | undefined): Promise<readonly RunRecord[]> {
  const { findRun } = await import('../find-run.ts')
  if (named !== undefined) return [await findRun(workspace, named)]
  return (await workspace.runs()).filter(({ state }) => state === 'open')
}
