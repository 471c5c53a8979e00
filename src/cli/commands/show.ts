import type { Command } from 'commander'
import { AbeyanceError } from '../../core/error.ts'
import type { JobRecord } from '../../records/job-record.ts'
import type { Outcome } from '../../records/outcome.ts'
import type { RunRecord } from '../../records/run-record.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'
import { showTime } from '../show-time.ts'
import { table } from '../table.ts'

interface ShowWords {
  readonly json?: true
}

export function showCommand(cli: Cli): Command {
  return newCommand(
    'show',
    'show a run with the outcome of each module, or a job with its attempts, history and evidence',
    'abeyance show last\nabeyance show last:digest[0]',
  )
    .argument(
      '<run-or-job>',
      'a run (id, part of it, key, `last`), or a job (part of its key, its tag, RUN:MODULE)',
    )
    .option('--json', 'answer { run, ..., outcomes } or { key, ..., attempts, history, neededBy } as JSON')
    .action((text: string, words: ShowWords) => cli.run((session) => show(session, text, words)))
}

async function show(session: Session, text: string, words: ShowWords): Promise<ExitCode> {
  const { readOnly } = await import('../drive.ts')
  const { findJob, matchJobs } = await import('../find-job.ts')
  const { matchRuns } = await import('../find-run.ts')
  return readOnly(session, async (view) => {
    const [run, ...others] = text.includes(':') ? [] : await matchRuns(view, text)
    if (run !== undefined && others.length === 0) return showRun(session, view, run, words)
    if (run === undefined && !text.includes(':') && (await matchJobs(view, text)).length === 0)
      throw new AbeyanceError(
        'unknown-run',
        `there is neither a run nor a job \`${text}\` here; \`abeyance runs\` and \`abeyance jobs --all\` list them`,
      )
    if (run !== undefined) {
      const candidates = [run, ...others].map(({ id, name }) => `\n  ${id}  ${name}`).join('')
      throw new AbeyanceError('usage', `\`${text}\` may be any of these runs; write more of it:${candidates}`)
    }
    return showJob(session, view, await findJob(view, text), words)
  })
}

async function showRun(
  session: Session,
  view: WorkspaceView,
  run: RunRecord,
  { json }: ShowWords,
): Promise<ExitCode> {
  const { runAnswer } = await import('../run-answer.ts')
  const outcomes = await view.outcomes(run.id)
  if (json) {
    session.json({
      ...runAnswer(run),
      inputs: run.inputs,
      base: run.base,
      outcomes: Object.fromEntries(outcomes),
    })
    return exitCodes.done
  }
  session.print(`run ${run.id}\npipeline ${run.name}, ${run.state}, started ${showTime(run.startedAt)}`)
  if (run.key !== undefined) session.print(`key ${run.key}`)
  session.print(`beside ${run.base}\n`)
  const rows = [...outcomes].map(([path, outcome]) => [path, outcome.kind, remark(outcome)])
  session.print(table(['MODULE', 'OUTCOME', ''], rows))
  return exitCodes.done
}

function remark(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return outcome.by
    case 'suspended':
      return outcome.on.kind === 'job'
        ? `job ${outcome.on.job.slice(0, 12)}`
        : outcome.on.kind === 'until'
          ? `until ${showTime(outcome.on.time)}`
          : `the file ${outcome.on.path}`
    case 'waiting':
      return `for ${outcome.for.join(', ')}`
    case 'failed':
      return `${outcome.error.message}${outcome.job === undefined ? '' : ` (job ${outcome.job.slice(0, 12)})`}`
    case 'skipped':
      return `${outcome.because} of ${outcome.of}`
    case 'unneeded':
    case 'cancelled':
      return ''
  }
}

async function showJob(
  session: Session,
  view: WorkspaceView,
  job: JobRecord,
  { json }: ShowWords,
): Promise<ExitCode> {
  const { jobAnswer, remark: said } = await import('../job-answer.ts')
  const [history, neededBy] = await Promise.all([view.history(job.key), view.neededBy(job.key)])
  const attempts = [
    ...job.earlier,
    { attempt: job.attempt, tag: job.tag, destination: job.destination, state: job.state },
  ]
  if (json) {
    session.json({ ...jobAnswer(job), spec: job.spec, attempts, history, neededBy })
    return exitCodes.done
  }
  session.print(
    `job ${job.key}\n${job.name} on ${job.destination}: ${job.state.kind}${said(job) === '' ? '' : ` (${said(job)})`}`,
  )
  session.print(`runs ${commandOf(job)}`)
  if (neededBy.length > 0) session.print(`needed by ${neededBy.join(', ')}`)
  if ('outputs' in job.state) session.print(`gave ${Object.keys(job.state.outputs).join(', ') || 'nothing'}`)
  session.print('')
  const tries = attempts.map(({ attempt, tag, destination, state }) => [
    String(attempt),
    tag,
    destination,
    state.kind,
  ])
  session.print(`${table(['ATTEMPT', 'TAG', 'DESTINATION', 'STATE'], tries)}\n`)
  const rows = history.map(({ at, attempt, from, to, evidence }) => {
    return [
      showTime(at),
      String(attempt),
      `${from} -> ${to}`,
      evidence.from,
      evidence.text.replaceAll(/\s+/g, ' ').slice(0, 200),
    ]
  })
  session.print(table(['WHEN', 'ATTEMPT', 'CHANGE', 'SAID BY', 'EVIDENCE'], rows))
  return exitCodes.done
}

/** The command as one line; the script's first line. */
function commandOf({ spec: { run } }: JobRecord): string {
  if (run.kind === 'script') return `a script: ${run.script.trim().split('\n', 1)[0] ?? ''} ...`
  const words = run.words.map((word) =>
    word
      .map((part) => (typeof part === 'string' ? part : 'staged' in part ? part.staged : `$${part.variable}`))
      .join(''),
  )
  return words.join(' ')
}
