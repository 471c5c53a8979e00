import type { Command } from 'commander'
import { modulePath } from '../../core/ids.ts'
import type { RetryAnswer } from '../../monitor/job-monitor.ts'
import type { JobRecord } from '../../records/job-record.ts'
import { isFinal } from '../../records/job-state.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'
import { userOf } from '../user-of.ts'

interface RetryWords {
  readonly abandon?: true
  readonly json?: true
}

export function retryCommand(cli: Cli): Command {
  return newCommand(
    'retry',
    'run a job once more that failed, was cancelled or lost; or try a module again whose own code failed',
    'abeyance retry 3f2a9c01d4e7\nabeyance retry last gel',
  )
    .argument('<job-or-run>', 'a job (part of its key, its tag, RUN:MODULE), or a run before MODULE')
    .argument('[module]', 'the module of that run')
    .option(
      '--abandon',
      'also where the attempt before may still run, or runs where nobody can see it any more',
    )
    .option('--json', 'answer { kind, ... } as JSON')
    .action((text: string, module: string | undefined, words: RetryWords) =>
      cli.run((session) => retry(session, { text, module, ...words })),
    )
}

async function retry(
  session: Session,
  { text, module, ...words }: RetryWords & { readonly text: string; readonly module: string | undefined },
): Promise<ExitCode> {
  const { readOnly, readSettings } = await import('../drive.ts')
  const settings = await readSettings(session)
  const { findJob } = await import('../find-job.ts')
  const { jobOf } = await import('../../records/job-of.ts')
  const { findRun } = await import('../find-run.ts')
  return readOnly(
    session,
    async (view) => {
      if (module === undefined) return retryJob(session, view, await findJob(view, text), words)
      const run = await findRun(view, text)
      const outcomes = await view.outcomes(run.id)
      const outcome = Object.hasOwn(outcomes, module) ? outcomes[module] : undefined
      const key = outcome === undefined ? undefined : jobOf(outcome)
      const job = key === undefined ? undefined : await view.job(key)
      if (job !== undefined && job.state.kind !== 'succeeded') return retryJob(session, view, job, words)
      await view.retryModule(run.id, modulePath(module))
      if (words.json) session.json({ kind: 'requested', run: run.id, module })
      else session.print(`${module} of run ${run.id} is tried again; ${goOn}`)
      return exitCodes.done
    },
    settings,
  )
}

const goOn = '`abeyance resume` or `abeyance watch` goes on'

async function retryJob(
  session: Session,
  view: WorkspaceView,
  { key, name }: JobRecord,
  { abandon, json }: RetryWords,
): Promise<ExitCode> {
  const by = userOf(session) ?? 'user'
  const answer = await view.retryJob(key, { by, ...(abandon && { abandon }) })
  if (json)
    session.json({ kind: answer.kind, job: key, ...('job' in answer && { attempt: answer.job.attempt }) })
  switch (answer.kind) {
    case 'requested':
      if (!json) session.print(`${name}: attempt ${answer.job.attempt} is asked for; ${goOn}`)
      return exitCodes.done
    case 'open':
      session.tell(`abeyance: ${name} is ${answer.job.state.kind}${await whyOpen(answer)}`)
      return exitCodes.usage
    case 'may-still-run':
      session.tell(
        `abeyance: the attempt before of ${name} may still run (${answer.evidence.text}); make sure that it does not, then add --abandon`,
      )
      return exitCodes.usage
  }
}

/** What keeps an open job from being run again, and what to do then. */
async function whyOpen({ job, evidence }: Extract<RetryAnswer, { kind: 'open' }>): Promise<string> {
  const { shortKey } = await import('../find-job.ts')
  const key = shortKey(job.key)
  if (evidence !== undefined)
    return isFinal(job.state)
      ? `: ${evidence.text}`
      : `, and cannot be given up (${evidence.text}); \`abeyance cancel ${key}\` ends it`
  if (job.noted?.unseen)
    return `, but ${job.noted.text}; when the container or host that ran it is gone for good, \`abeyance retry ${key} --abandon\` runs it again`
  return ': there is nothing to retry'
}
