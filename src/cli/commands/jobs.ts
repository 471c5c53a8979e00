import type { Command } from 'commander'
import { isFinal } from '../../records/job-state.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface JobsWords {
  readonly all?: true
  readonly state?: string
  readonly disk?: true
  readonly json?: true
}

export function jobsCommand(cli: Cli): Command {
  return newCommand('jobs', 'list the jobs that are open', 'abeyance jobs --state failed')
    .option('--all', 'those that have ended too')
    .option('--state <state>', 'those in this state: queued, running, failed, ...')
    .option(
      '--disk',
      'what the folders of jobs take on each machine, the largest first, and what is to be removed',
    )
    .option(
      '--json',
      'answer a list of { key, tag, name, destination, attempt, state, since, ... } as JSON; with --disk of { destinations, host, found, toRemove }',
    )
    .action((words: JobsWords) =>
      cli.run((session) => (words.disk ? disk(session, words) : jobs(session, words))),
    )
}

async function jobs(session: Session, { all, state, json }: JobsWords): Promise<ExitCode> {
  const { readOnly } = await import('../drive.ts')
  const { jobAnswer, jobHeadings, jobRow } = await import('../job-answer.ts')
  const { knownLimits } = await import('../waiting-for-place.ts')
  const limitsOf = await knownLimits(session)
  const { table } = await import('../table.ts')
  return readOnly(session, async (view) => {
    const known = await view.jobs()
    const asked = json || state !== undefined ? [] : await askedOf(view)
    const found = known.filter((job) =>
      state === undefined ? all || !isFinal(job.state) : job.state.kind === state,
    )
    if (json) session.json(found.map((job) => jobAnswer(job, limitsOf)))
    else if (found.length > 0)
      session.print(
        table(
          jobHeadings,
          found.map((job) => jobRow(job, Date.now(), limitsOf)),
        ),
      )
    else if (asked.length === 0)
      session.tell(
        known.length === 0
          ? 'there are no jobs'
          : `none of ${known.length} jobs is ${state ?? 'open'}; \`abeyance jobs --all\` lists them`,
      )
    for (const line of asked) session.print(line)
    return exitCodes.done
  })
}

/** What waits for somebody here, beside the jobs: nobody else will see to it. */
async function askedOf(view: WorkspaceView): Promise<readonly string[]> {
  const { answerHint, waitLines } = await import('../wait-words.ts')
  return (await view.waits()).filter(({ on }) => answerHint(on) !== undefined).flatMap(waitLines)
}

/** Each machine is asked once; one that does not answer in time is named with the others. */
async function disk(session: Session, { json }: JobsWords): Promise<ExitCode> {
  const { readOnly, readSettings } = await import('../drive.ts')
  const { showDisk } = await import('../show-disk.ts')
  const settings = await readSettings(session)
  const act = async (view: WorkspaceView) => {
    const uses = await view.disk()
    if (json) session.json(uses)
    else session.print(showDisk(uses, Date.now()))
    return uses.every(({ found }) => found.kind !== 'unreachable') ? exitCodes.done : exitCodes.failed
  }
  return readOnly(session, act, settings)
}
