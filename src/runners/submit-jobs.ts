import { isAbeyanceError, messageOf } from '../core/error.ts'
import { nativeId, type Tag } from '../core/ids.ts'
import { stageInputs } from '../staging/stage-inputs.ts'
import type { Staging } from '../staging/staging.ts'
import { notSent, wasNotSent } from '../transports/not-sent.ts'
import { applyDirectives } from './apply-directives.ts'
import { makeNonce, type Host } from './host.ts'
import { groupJobs, type ReadyJob } from './job-array.ts'
import { jobFiles } from './job-files.ts'
import type { JobReport } from './job-report.ts'
import type { CallOptions, Submission, SubmitAnswer } from './runner.ts'
import { submitScript } from './submit-script.ts'
import { travelRequest } from './travel-request.ts'
import { wrapperText } from './wrapper.ts'

const batchSize = 100

/** Submits jobs, a hundred a round trip; one answer for each. It rejects only where nothing was answered at all. */
export async function submitJobs(
  host: Host,
  jobs: readonly Submission[],
  options: CallOptions,
): Promise<ReadonlyMap<Tag, SubmitAnswer>> {
  const answers = new Map<Tag, SubmitAnswer>()
  for (let from = 0; from < jobs.length; from += batchSize) {
    const batch = jobs.slice(from, from + batchSize)
    try {
      await submitBatch(host, batch, options, answers)
    } catch (error) {
      if (from === 0) throw error
      for (const { tag } of batch) if (!answers.has(tag)) answers.set(tag, unanswered(error))
    }
  }
  return answers
}

async function submitBatch(
  host: Host,
  jobs: readonly Submission[],
  options: CallOptions,
  answers: Map<Tag, SubmitAnswer>,
): Promise<void> {
  const known = await knownJobs(host, jobs, options).catch((error: unknown) => {
    throw notSent(error) // only a look went out
  })
  const ready: ReadyJob[] = []
  for (const job of jobs) {
    const report = known.get(job.tag)
    const begun = report?.kind === 'ended' || report?.kind === 'vanished'
    const answer = asAnswer(report) ?? (await makeReady(host, job, !begun, options))
    if ('files' in answer) ready.push(answer)
    else answers.set(job.tag, answer)
  }
  if (ready.length === 0) return
  const nonce = makeNonce()
  const wrapper = wrapperText(host.scheduler.identity)
  const grouped = groupJobs(ready, host.scheduler, host.arrays.most())
  const script = submitScript(host.folders.root, nonce, host.scheduler, wrapper, grouped)
  let said: ReadonlyMap<string, SubmitAnswer> = new Map()
  let unsaid: SubmitAnswer = { kind: 'doubt', message: 'the answer ended before it came to this job' }
  try {
    said = parseSubmit(await host.ask(script, options), nonce)
  } catch (error) {
    unsaid = unanswered(error)
  }
  for (const { job } of ready) answers.set(job.tag, said.get(job.tag) ?? unsaid)
  for (const one of grouped) {
    const answer = 'elements' in one ? said.get(one.job.tag) : undefined
    if ('elements' in one && answer?.kind === 'refused')
      host.arrays.refused(one.elements.length, answer.message)
  }
}

/** Where nothing went out, nothing came of it. */
function unanswered(error: unknown): SubmitAnswer {
  return { kind: wasNotSent(error) ? 'not-tried' : 'doubt', message: messageOf(error) }
}

/** What is there already is not staged again: its inputs may be in use, and their sources may have changed since. */
async function knownJobs(
  host: Host,
  jobs: readonly Submission[],
  options: CallOptions,
): Promise<ReadonlyMap<string, JobReport>> {
  const doubtful = jobs.filter(({ spec }) => spec.staged.length > 0).map(({ tag }) => tag)
  if (doubtful.length === 0) return new Map()
  return (await host.look({ doubtful, ranges: [] }, options)).jobs
}

function asAnswer(report: JobReport | undefined): SubmitAnswer | undefined {
  switch (report?.kind) {
    case 'queued':
    case 'held':
    case 'running':
      return { kind: 'accepted', nativeId: report.nativeId, evidence: report.evidence }
    case 'submitting':
    case 'unclear':
      return { kind: 'doubt', message: report.evidence }
    case 'ended':
    case 'vanished':
    case 'absent':
    case 'quiet':
    case undefined:
      return undefined // the script knows the job where it is there, and answers without doing anything
  }
}

async function makeReady(
  host: Host,
  asked: Submission,
  stage: boolean,
  options: CallOptions,
): Promise<ReadyJob | SubmitAnswer> {
  try {
    const staging = stagingOf(host, asked, options)
    const { variables, directives } = host.scheduler
    const job = applyDirectives(asked, directives)
    const files = jobFiles(job, [], variables) // refused before anything is sent
    if (!stage) return { job, files }
    return { job, files: jobFiles(job, await stageInputs(staging, job.spec.staged), variables) }
  } catch (error) {
    if (!isAbeyanceError(error)) throw error
    if (error.code === 'invalid-value')
      return { kind: 'refused', reason: 'submission-refused', message: error.message }
    if (error.code === 'changed-file' || error.code === 'missing-file')
      return { kind: 'refused', reason: 'staging-in', message: error.message }
    return { kind: 'not-tried', message: error.message }
  }
}

function stagingOf(host: Host, { tag, attempt }: Submission, options: CallOptions): Staging {
  const { transport, objects, places } = host.context
  const { cache, kept } = host.folders
  const request = travelRequest(tag, 'there', options)
  const stays = places && { stays: { folder: kept, places } }
  return {
    transport,
    objects,
    folder: host.folders.inputs(tag),
    cache,
    doubt: attempt > 1,
    ...stays,
    request,
  }
}

/** Reads lines `NONCE TAG KIND TEXT`; what is not one of them says nothing. */
export function parseSubmit(answer: Uint8Array, nonce: string): ReadonlyMap<string, SubmitAnswer> {
  const answers = new Map<string, SubmitAnswer>()
  const lines = new TextDecoder().decode(answer).split('\n').slice(0, -1)
  for (const line of lines) {
    const [mark, tag, kind, ...rest] = line.split(' ')
    if (mark !== nonce || tag === undefined) continue
    const message = rest.join(' ')
    if (kind === 'accepted' && message !== '')
      answers.set(tag, {
        kind,
        nativeId: nativeId(message),
        evidence: `the host says: submitted as ${message}`,
      })
    else if (kind === 'refused') answers.set(tag, { kind, reason: 'submission-refused', message })
    else if (kind === 'not-tried' || kind === 'doubt') answers.set(tag, { kind, message })
  }
  return answers
}
