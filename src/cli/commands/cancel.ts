import type { Command } from 'commander'
import { AbeyanceError } from '../../core/error.ts'
import type { JobRecord } from '../../records/job-record.ts'
import type { Evidence } from '../../records/evidence.ts'
import { isFinal, type FinalState } from '../../records/job-state.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'
import { userOf } from '../user-of.ts'

interface CancelWords {
  readonly evenIfNeeded?: true
  readonly keepResults?: true
  readonly abandon?: true
  readonly json?: true
}

export function cancelCommand(cli: Cli): Command {
  return newCommand(
    'cancel',
    'cancel a run, whose jobs go on where another run needs them, or a job',
    'abeyance cancel last\nabeyance cancel last:train --keep-results --even-if-needed',
  )
    .argument(
      '<run-or-job>',
      'a run (id, part of it, key, `last`), or a job (part of its key, its tag, RUN:MODULE)',
    )
    .option('--even-if-needed', 'cancel a job although runs need it')
    .option(
      '--keep-results',
      'stop a job early and keep what it has made: `show JOB --save FOLDER` gives it, no run is served it',
    )
    .option('--abandon', 'give up a job whose container or host is gone for good: it is lost, not cancelled')
    .option('--json', 'answer { kind, ... } as JSON')
    .action((text: string, words: CancelWords) => cli.run((session) => cancel(session, text, words)))
}

async function cancel(session: Session, text: string, words: CancelWords): Promise<ExitCode> {
  const { readOnly, readSettings } = await import('../drive.ts')
  const settings = await readSettings(session)
  const { findJob } = await import('../find-job.ts')
  const { findRun, matchRuns } = await import('../find-run.ts')
  return readOnly(
    session,
    async (view) => {
      const isRun = !text.includes(':') && (await matchRuns(view, text)).length > 0
      if (!isRun) return cancelJob(session, view, await findJob(view, text), words)
      const run = await findRun(view, text)
      if (words.abandon)
        throw new AbeyanceError(
          'usage',
          `--abandon is for a job; give up those of ${run.id} first, such as \`abeyance cancel ${run.id}:MODULE --abandon --even-if-needed\``,
        )
      if (words.keepResults)
        throw new AbeyanceError(
          'usage',
          `--keep-results is for a job; stop those of ${run.id} first, such as \`abeyance cancel ${run.id}:MODULE --keep-results --even-if-needed\``,
        )
      await view.cancelRun(run.id, { by: userOf(session) ?? 'user' })
      if (words.json) session.json({ kind: 'requested', run: run.id })
      else
        session.print(`run ${run.id} of ${run.name} is cancelled; jobs that no other run needs are stopped`)
      return exitCodes.done
    },
    settings,
  )
}

async function cancelJob(
  session: Session,
  view: WorkspaceView,
  { key, name }: JobRecord,
  { evenIfNeeded, keepResults, abandon, json }: CancelWords,
): Promise<ExitCode> {
  if (keepResults && abandon)
    throw new AbeyanceError('usage', 'nothing can be kept of what is given up: --keep-results or --abandon')
  const { shortKey } = await import('../find-job.ts')
  const how = { by: userOf(session) ?? 'user', ...(evenIfNeeded && { evenIfNeeded }) }
  const answer = await (keepResults
    ? view.stopJob(key, how)
    : view.cancelJob(key, { ...how, ...(abandon && { abandon }) }))
  if (json) session.json({ ...answer, job: key })
  switch (answer.kind) {
    case 'requested':
      if (!json)
        session.print(
          keepResults
            ? `${name}: asked to stop; what it has made is kept, and \`abeyance show ${shortKey(key)}\` says what`
            : `${name}: asked to stop; \`abeyance jobs\` says when its host has confirmed it`,
        )
      await tellUnconfirmed(session, { name, evidence: answer.evidence, job: await view.job(key) })
      return exitCodes.done
    case 'ended':
      if (!json) session.print(`${name}: ${endOf(answer.state, shortKey(key))}`)
      return exitCodes.done
    case 'collecting':
      if (!json)
        session.print(`${name}: has ended by itself; what it made is being fetched, and goes its normal way`)
      return exitCodes.done
    case 'needed':
      session.tell(
        `abeyance: ${name} is needed by ${answer.by.join(', ')}; cancel these, or add --even-if-needed`,
      )
      return exitCodes.usage
  }
}

/** What a user can do where no host confirms the end of a job. */
async function tellUnconfirmed(
  session: Session,
  said: {
    readonly name: string
    readonly evidence?: Evidence | undefined
    readonly job?: JobRecord | undefined
  },
): Promise<void> {
  const { name, evidence, job } = said
  const { shortKey } = await import('../find-job.ts')
  if (evidence !== undefined) session.tell(`abeyance: ${name} is not given up: ${evidence.text}`)
  else if (job?.noted?.unseen && !isFinal(job.state))
    session.tell(
      `abeyance: ${name}: ${job.noted.text}; when the container or host that ran it is gone for good, \`abeyance cancel ${shortKey(job.key)} --abandon\` gives it up`,
    )
}

function endOf(state: FinalState, job: string): string {
  if (state.kind === 'lost')
    return `is lost (${state.why}); \`abeyance retry ${job} --abandon\` runs it again`
  if (state.kind !== 'cancelled' || state.message === undefined) return `has ended already (${state.kind})`
  const kept = state.outputs === undefined ? '' : `; \`abeyance show ${job}\` says what`
  return `is cancelled: ${state.message}${kept}`
}
