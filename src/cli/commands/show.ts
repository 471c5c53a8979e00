import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AbeyanceError } from '../../core/error.ts'
import type { Value } from '../../pipeline/value.ts'
import type { JobRecord } from '../../records/job-record.ts'
import type { JobState } from '../../records/job-state.ts'
import type { Outcome } from '../../records/outcome.ts'
import type { RunRecord } from '../../records/run-record.ts'
import type { HeldWait } from '../../workspace/held-waits.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { newCommand, type Cli } from '../command.ts'
import { count } from '../count.ts'
import { isNoSpace } from '../disk-hint.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'
import { lastLines } from '../last-lines.ts'
import { showTime } from '../show-time.ts'
import { table } from '../table.ts'
import { unneededWords } from '../unneeded-words.ts'
import { answerHint, waitWords } from '../wait-words.ts'

interface ShowWords {
  readonly json?: true
  readonly save?: string
  readonly attempt?: number
}

export function showCommand(cli: Cli): Command {
  return newCommand(
    'show',
    'show a run with the outcome of each module, or a job with its attempts, history and evidence',
    'abeyance show last\nabeyance show last:digest[0] --save kept',
  )
    .argument(
      '<run-or-job>',
      'a run (id, part of it, key, `last`), or a job (part of its key, its tag, RUN:MODULE)',
    )
    .option('--save <folder>', 'put copies there of what a job gave, or what was kept when it was stopped')
    .option('--attempt <number>', 'with --save: of an earlier attempt of the job', count)
    .option(
      '--json',
      'answer { run, ..., outcomes } or { key, ..., outputs, saved, attempts, history, neededBy } as JSON',
    )
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
  { json, save, attempt }: ShowWords,
): Promise<ExitCode> {
  if (save !== undefined || attempt !== undefined)
    throw new AbeyanceError(
      'usage',
      '--save and --attempt are for a job; results of a run are put beside its document by `abeyance resume RUN`',
    )
  const { runAnswer } = await import('../run-answer.ts')
  const outcomes = await view.outcomes(run.id)
  if (json) {
    session.json({
      ...runAnswer(run),
      inputs: run.inputs,
      base: run.base,
      outcomes,
    })
    return exitCodes.done
  }
  session.print(`run ${run.id}\npipeline ${run.name}, ${run.state}, started ${showTime(run.startedAt)}`)
  if (run.key !== undefined) session.print(`key ${run.key}`)
  session.print(`beside ${run.base}\n`)
  const isAnswered = answeredIn(run, await view.waits())
  const why = unneededWords(run.targets, Object.values(outcomes)) ?? ''
  const rows = Object.entries(outcomes).map(([path, outcome]) =>
    outcome.kind === 'unneeded'
      ? [path, 'not needed', why]
      : [
          path,
          outcome.kind,
          isAnswered(outcome) ? 'answered; goes on when the run is driven' : remark(outcome),
        ],
  )
  session.print(table(['MODULE', 'OUTCOME', ''], rows))
  for (const outcome of Object.values(outcomes)) {
    if (outcome.kind !== 'suspended' || run.state !== 'open' || isAnswered(outcome)) continue
    const hint = answerHint(outcome.on)
    if (hint !== undefined) session.tell(hint)
  }
  return exitCodes.done
}

/** Whether the end of a wait is on record, and nobody drove since. */
function answeredIn({ state }: RunRecord, waits: readonly HeldWait[]): (outcome: Outcome) => boolean {
  const held = new Set(waits.map(({ on }) => on.key))
  return (outcome) =>
    state === 'open' && outcome.kind === 'suspended' && outcome.on.kind !== 'job' && !held.has(outcome.on.key)
}

function remark(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return outcome.by
    case 'suspended':
      return waitWords(outcome.on)
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
  { json, save, attempt }: ShowWords,
): Promise<ExitCode> {
  const { jobAnswer, remark: remarkOf } = await import('../job-answer.ts')
  const { knownLimits } = await import('../waiting-for-place.ts')
  const limitsOf = await knownLimits(session)
  const [history, neededBy] = await Promise.all([view.history(job.key), view.neededBy(job.key)])
  const attempts = [
    ...job.earlier,
    { attempt: job.attempt, tag: job.tag, destination: job.destination, state: job.state },
  ]
  const outputs = outputsOf(job.state)
  const saved =
    save === undefined ? unsaved(attempt) : await saveOutputs(view, job, attempts, resolve(save), attempt)
  if (json) {
    session.json({ ...jobAnswer(job, limitsOf), outputs, saved, spec: job.spec, attempts, history, neededBy })
    return exitCodes.done
  }
  const said = remarkOf(job, limitsOf)
  session.print(
    `job ${job.key}\n${job.name} on ${job.destination}: ${job.state.kind}${said === '' ? '' : ` (${said})`}`,
  )
  if (job.state.kind === 'failed') {
    const last = await lastLines(view, job.key, { stream: 'stderr', lines: 5 })
    for (const line of last) session.print(`  | ${line}`)
    if (last.some(isNoSpace))
      session.print(`its disk was full: free some space, then \`abeyance retry ${job.key.slice(0, 12)}\``)
  }
  session.print(`runs ${commandOf(job)}`)
  if (neededBy.length > 0) session.print(`needed by ${neededBy.join(', ')}`)
  if (outputs !== undefined) {
    const what = job.state.kind === 'succeeded' ? 'gave' : 'kept, and no result for any run:'
    session.print(`${what} ${Object.keys(outputs).join(', ') || 'nothing'}`)
  }
  for (const [name, paths] of Object.entries(saved ?? {}))
    for (const path of paths) session.print(`  ${name}: ${path}`)
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

function unsaved(attempt: number | undefined): undefined {
  if (attempt === undefined) return
  throw new AbeyanceError(
    'usage',
    `--attempt says whose outputs --save writes; all attempts are shown, and \`abeyance logs --attempt ${attempt}\` writes what one printed`,
  )
}

/** Where copies of what an attempt gave were put, by output. */
async function saveOutputs(
  view: WorkspaceView,
  { name, attempt }: JobRecord,
  attempts: JobRecord['earlier'],
  folder: string,
  asked: number = attempt,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const chosen = attempts.find((one) => one.attempt === asked)
  const outputs = chosen && outputsOf(chosen.state)
  if (outputs === undefined) {
    const state = chosen?.state.kind ?? 'not there'
    const others = attempts.filter((one) => outputsOf(one.state) !== undefined)
    const hint = others
      .map((one) => `; attempt ${one.attempt} has some: add --attempt ${one.attempt}`)
      .join('')
    throw new AbeyanceError(
      'invalid-state',
      `attempt ${asked} of ${name} is ${state}: there are no outputs of it to save${hint}`,
    )
  }
  const { putOutputs } = await import('../put-results.ts')
  const put = await putOutputs(view, folder, { outputs, labelsOf: () => [] })
  return Object.fromEntries(put.map(({ name: output, paths }) => [output, paths]))
}

function outputsOf(state: JobState): Readonly<Record<string, Value>> | undefined {
  return 'outputs' in state ? state.outputs : undefined
}

/** The command as one line; the script's first line. */
function commandOf({ spec: { run } }: JobRecord): string {
  if (run.kind !== 'command')
    return `a ${run.kind === 'batch' ? 'batch ' : ''}script: ${run.script.trim().split('\n', 1)[0] ?? ''} ...`
  const words = run.words.map((word) =>
    word
      .map((part) => (typeof part === 'string' ? part : 'staged' in part ? part.staged : `$${part.variable}`))
      .join(''),
  )
  return words.join(' ')
}
