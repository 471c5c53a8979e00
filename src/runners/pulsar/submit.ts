import { AbeyanceError, isAbeyanceError, messageOf } from '../../core/error.ts'
import { nativeId, type NativeId, type Tag } from '../../core/ids.ts'
import { notSent, wasNotSent } from '../../transports/not-sent.ts'
import { applyDirectives } from '../apply-directives.ts'
import { makeNonce } from '../host.ts'
import { jobFiles } from '../job-files.ts'
import type { CallOptions, Submission, SubmitAnswer } from '../runner.ts'
import { ignoresRepeats } from './version.ts'
import { travelRequest } from '../travel-request.ts'
import { clearUnfetched } from './clear-unfetched.ts'
import { findNative, readText, type Hold } from './hold.ts'
import { homeOf } from './home.ts'
import { listingText } from './listing.ts'
import { observe } from './observe.ts'
import { remoteStaging } from './remote-staging.ts'
import { untilPulled } from './until-pulled.ts'
import type { Call, SetUp, SubmitCall } from './server.ts'
import { loading, type Loading } from './loading.ts'
import { stage } from './stage.ts'
import { startCommand, startScript } from './start-script.ts'

/** Set by Pulsar and by the schedulers behind it, and of use to a command. */
const variables = [
  'GALAXY_SLOTS',
  'GALAXY_MEMORY_MB',
  'SLURM_JOB_ID',
  'SLURM_CPUS_ON_NODE',
  'CUDA_VISIBLE_DEVICES',
]

/** One answer for each. It rejects where nobody was asked at all. */
export async function submitJobs(
  hold: Hold,
  jobs: readonly Submission[],
  options: CallOptions,
): Promise<ReadonlyMap<Tag, SubmitAnswer>> {
  const answers = await Promise.all(
    jobs.map(async (job) => [job.tag, await submitSafely(hold, job, options)] as const),
  )
  return new Map(answers)
}

async function submitSafely(hold: Hold, job: Submission, options: CallOptions): Promise<SubmitAnswer> {
  const attempt = hold.attempts.of(job.tag)
  attempt.submitting = true
  try {
    return await submitOne(hold, job, options)
  } catch (error) {
    return unsent(error)
  } finally {
    delete attempt.submitting
  }
}

/** Until the server is asked to start it, nothing can come of it: whoever repeats that runs it once, since the folder is claimed once. */
async function submitOne(hold: Hold, asked: Submission, options: CallOptions): Promise<SubmitAnswer> {
  const call = options.signal ? { signal: options.signal } : {}
  const { job, call: wishes, ...loaded } = loading(hold, applyDirectives(asked, undefined))
  jobFiles(job, [], variables) // refused before anything is sent
  const known = await standing(hold, job.tag, call)
  if (known) return known
  await clearUnfetched(hold, job.tag, call)
  const native = await setUp(hold, job.tag, call)
  await hold.door?.serve()
  const path = await send(hold, job, { native, ...loaded }, options)
  const pulls = await pulling(hold, job.tag)
  const starting = { native, command: startCommand(path) }
  const answer = await start(hold, job.tag, starting, { ...wishes, ...pulls, ...call })
  if (answer.kind !== 'accepted') return answer
  const why = await untilPulled(hold, { tag: job.tag, native, total: pulls.total }, options)
  return why === undefined ? answer : { kind: 'refused', reason: 'staging-in', message: why }
}

/** What the server is to fetch and to bring by itself; over a broker that goes without saying. */
async function pulling({ door, isBlind }: Hold, tag: Tag) {
  if (door === undefined) return { total: 0 }
  const total = (await door.offered(tag)).reduce((sum, { content: { size } }) => sum + size, 0)
  return isBlind ? { total } : { total, remoteStaging: await remoteStaging(door, tag, 'outputs') }
}

/** What was submitted before is not touched: its inputs may be in use. */
async function standing(hold: Hold, tag: Tag, call: Call): Promise<SubmitAnswer | undefined> {
  const attempt = hold.attempts.of(tag)
  delete attempt.submitting // our own, so it tells nothing
  const report = await observe(hold, tag, call)
  attempt.submitting = true
  switch (report.kind) {
    case 'queued':
    case 'held':
    case 'running':
      return { kind: 'accepted', nativeId: report.nativeId, evidence: report.evidence }
    case 'ended':
    case 'vanished': {
      if (report.kind === 'vanished' && report.reason === 'cancelled-by-us' && report.incarnation === 0)
        return stopped
      return { kind: 'accepted', nativeId: await findNative(hold, tag, call), evidence: report.evidence }
    }
    case 'absent': {
      if (report.submitter === 'none') return undefined
      return (await readText(hold, tag, homeOf(tag).stop, call)) === undefined ? undefined : stopped
    }
    case 'submitting':
    case 'unclear':
    case 'quiet':
      return { kind: 'doubt', message: 'evidence' in report ? report.evidence : 'nothing is known of it' }
  }
}

const stopped: SubmitAnswer = {
  kind: 'refused',
  reason: 'submission-refused',
  message: 'it was cancelled before it started',
}

/** The server's id for the job. One that it gives itself is written down there before anything is submitted under it, and found again. */
async function setUp(hold: Hold, tag: Tag, call: Call): Promise<NativeId> {
  const { server, attempts } = hold
  const attempt = attempts.of(tag)
  const earlier = hold.assigns === true ? await findNative(hold, tag, call) : nativeId(tag)
  if (earlier !== nativeId(tag)) return earlier
  const made = await server.setUp(tag, call)
  if (made?.pulsar_version !== undefined) hold.version = made.pulsar_version
  if (made === undefined)
    throw refused(hold, `to set up ${tag}; check \`manager\` here and \`managers\` in its app.yml`)
  refuseForeign(hold, made)
  hold.assigns = made.job_id !== tag
  if (!hold.assigns) return nativeId(tag)
  const before = await findNative(hold, tag, call) // one that an earlier process set up
  if (before !== nativeId(tag)) {
    await server.remove(made.job_id, call)
    return before
  }
  attempt.native = nativeId(made.job_id)
  const written = await server.upload(tag, homeOf(tag).native, textBody(made.job_id), call)
  if (written === undefined) throw refused(hold, 'to keep the id that it gave')
  return attempt.native
}

function refuseForeign({ server }: Hold, { path_separator: separator = '/' }: SetUp): void {
  if (separator === '/') return
  throw new AbeyanceError('unsupported', `${server.name} runs on Windows; jobs need a POSIX shell there`)
}

interface Sending extends Pick<Loading, 'files' | 'keeps'> {
  readonly native: NativeId
}

/** Sends inputs and the script, under names that no other submission has; gives the script's path there. */
async function send(
  hold: Hold,
  job: Submission,
  { native, files: more, keeps }: Sending,
  options: CallOptions,
): Promise<string> {
  const { context, server } = hold
  const { tag, spec } = job
  // What is in a container sees its own folder, not what a link in it leads to.
  const isLent = hold.staging === 'link' || hold.staging === 'none'
  const way = isLent && spec.container !== undefined ? 'copy' : hold.staging
  const call = options.signal ? { signal: options.signal } : {}
  const nonce = makeNonce()
  const staged = await stage(
    {
      way,
      nonce,
      objects: context.objects,
      ...(context.places && { places: context.places }),
      request: travelRequest(tag, 'there', options),
      async send(name, body) {
        if ((await server.upload(tag, `${tag}/${name}`, body, call)) === undefined)
          throw refused(hold, `to take ${name} of ${tag}; its disk may be full`)
      },
      async offer(name, content) {
        await hold.door?.offer(tag, `${tag}/${name}`, content)
      },
    },
    spec.staged,
  )
  const listing = listingText(spec.outputs)
  const files = {
    ...jobFiles(job, staged.signed, keeps ?? variables),
    ...(listing !== '' && { listing }),
    ...(listing !== '' && hold.door && { out: 'brought by its server' }),
    ...(hold.isBlind && hold.door && { post: await hold.door.address(tag) }),
    ...more,
  }
  const script = startScript({ native, files, ...staged })
  const path = await server.upload(tag, homeOf(tag).start(nonce), textBody(script), call)
  if (path === undefined) throw refused(hold, `to take the script of ${tag}; its disk may be full`)
  return path
}

interface Starting {
  readonly native: NativeId
  readonly command: string
  /** Its answer was lost before. */
  readonly again?: boolean
}

async function start(
  hold: Hold,
  tag: Tag,
  { native, command, again = false }: Starting,
  call: SubmitCall,
): Promise<SubmitAnswer> {
  const { server, attempts } = hold
  try {
    if (await server.submit(native, command, call)) {
      attempts.of(tag).accepted = true
      return { kind: 'accepted', nativeId: native, evidence: `${server.name} took it as ${native}` }
    }
  } catch (error) {
    if (wasNotSent(error)) return { kind: 'not-tried', message: messageOf(error) }
    const isLost = isAbeyanceError(error) && error.code === 'connection-lost'
    if (!isLost || again || !(await ignoresRepeats(hold, call)))
      return { kind: 'doubt', message: messageOf(error) }
    return start(hold, tag, { native, command, again: true }, call)
  }
  // The page of error 500 stands for a command that it does not allow as well as for a fault after the job was launched.
  const message = `${server.name} answered with an error to its submission; see the server's log, and whether its \`tool_config_files\` allow any command`
  const said = await server.look(native, call).catch(() => undefined)
  if (said?.status === 'preprocessing') return { kind: 'refused', reason: 'submission-refused', message }
  return { kind: 'doubt', message }
}

export function textBody(text: string) {
  const bytes = Buffer.from(text)
  return {
    size: bytes.length,
    async *bytes() {
      yield bytes
    },
  }
}

/** The server's page without words, which says no and not why. */
function refused({ server }: Hold, what: string): AbeyanceError {
  return new AbeyanceError('transport-failed', `${server.name} refused ${what}`)
}

/** Nothing was started: what failed before is tried again, or is the job's own fault. */
function unsent(error: unknown): SubmitAnswer {
  if (!isAbeyanceError(error)) throw notSent(error)
  if (error.code === 'invalid-value' || error.code === 'unsupported')
    return { kind: 'refused', reason: 'submission-refused', message: error.message }
  if (error.code === 'changed-file' || error.code === 'missing-file')
    return { kind: 'refused', reason: 'staging-in', message: error.message }
  return { kind: 'not-tried', message: error.message }
}
