import { AbeyanceError } from '../core/error.ts'
import { builtIn } from '../modules/built-in.ts'
import { readDocumentOrThrow } from '../pipeline/read-document.ts'
import type { JobChange } from '../records/job-record.ts'
import type { Run, Workspace } from '../workspace/workspace.ts'
import { showSpan } from './show-time.ts'

const probe = (destination: string) => `abeyance: 1
name: doctor
modules:
  probe:
    script: echo ok > answer.txt
    outputs: { answer: { text: answer.txt } }
    destination: ${JSON.stringify(destination)}
outputs: { answer: $probe.answer }
`

/** A small job from end to end, and how long each step of it took; what kept it from its end is an error with the next step. */
export async function examineJob(
  workspace: Workspace,
  destination: string,
  { wait, folder, signal }: { readonly wait: number; readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const catalog = new Map(builtIn.map(({ type, kind }) => [type, kind]))
  const run = await workspace.start(await readDocumentOrThrow(probe(destination), { catalog }))
  const timeout = AbortSignal.timeout(wait)
  try {
    const ended = await run.ended({ signal: AbortSignal.any([timeout, signal]) })
    if (ended.kind === 'failed') throw await withHint(workspace, ended.failures[0].error, folder)
    if (ended.kind !== 'done') throw new AbeyanceError('job-cancelled', 'it was cancelled')
    return stepsOf(await historyOf(workspace))
  } catch (error) {
    const late = timeout.aborted ? await tooLate(workspace, wait, folder) : error
    await giveUp(workspace, run)
    throw late
  }
}

/** Nothing of it goes on; bounded, since the host may not answer any more. */
async function giveUp(workspace: Workspace, run: Run): Promise<void> {
  await workspace.cancelRun(run.id).catch(() => {})
  await run.ended({ signal: AbortSignal.timeout(30_000) }).catch(() => {})
}

async function tooLate(workspace: Workspace, wait: number, folder: string): Promise<AbeyanceError> {
  const history = await historyOf(workspace)
  const { to = 'submitting', evidence } = history.at(-1) ?? {}
  const said = evidence === undefined ? '' : ` (${evidence.text})`
  return new AbeyanceError(
    'job-failed',
    `still ${to} after ${showSpan(wait)}${said}; ${unseen(history, folder)}where the queue is long, \`--wait 1h\` waits longer`,
  )
}

async function withHint(workspace: Workspace, error: Error, folder: string): Promise<Error> {
  const hint = unseen(await historyOf(workspace), folder)
  return hint === '' ? error : new AbeyanceError('job-failed', `${error.message}; ${hint.slice(0, -2)}`)
}

/** A job that never claimed its folder, though it was submitted. */
function unseen(history: readonly JobChange[], folder: string): string {
  const submitted = history.some(({ to }) => to === 'queued')
  const claimed = history.some(({ to }) => to === 'running' || to === 'fetching')
  return submitted && !claimed
    ? `no job of it has shown itself in ${folder}: check that the machines where jobs run see that folder under the same path; `
    : ''
}

async function historyOf(workspace: Workspace): Promise<readonly JobChange[]> {
  const [job] = await workspace.jobs()
  return job === undefined ? [] : workspace.history(job.key)
}

function stepsOf(history: readonly JobChange[]): string {
  return history
    .map(({ at, to }, index) => ({ to, span: (history[index + 1]?.at ?? at) - at }))
    .slice(0, -1)
    .map(({ to, span }) => `${to} ${span} ms`)
    .join(', ')
}
