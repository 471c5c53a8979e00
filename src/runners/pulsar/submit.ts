import { isAbeyanceError, messageOf } from '../../core/error.ts'
import { type NativeId, type Tag } from '../../core/ids.ts'
import { notSent, wasNotSent } from '../../transports/not-sent.ts'
import { applyDirectives } from '../apply-directives.ts'
import { makeNonce } from '../host.ts'
import { jobFiles } from '../job-files.ts'
import type { CallOptions, Submission, SubmitAnswer } from '../runner.ts'
import { ignoresRepeats } from './version.ts'
import { travelRequest } from '../travel-request.ts'
import { forbid } from './forbid.ts'
import { findNative, readText, type Hold } from './hold.ts'
import { homeOf } from './home.ts'
import { listingText } from './listing.ts'
import { observe } from './observe.ts'
import { remoteStaging } from './remote-staging.ts'
import { wasUnfetched } from './unfetched.ts'
import { untilPulled } from './until-pulled.ts'
import { textBody } from './send.ts'
import type { Call, SubmitCall } from './server.ts'
import { refused, setUp, setUpAnew } from './set-up.ts'
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
  const loaded = loading(hold, applyDirectives(asked, undefined))
  const { tag } = asked
  jobFiles(loaded.job, [], variables) // refused before anything is sent
  const known = await standing(hold, tag, call)
  if (known) return known
  const once = async (isAnew: boolean) => submitOnce(hold, { ...loaded, isAnew }, options)
  const { server, door, isBlind = false } = hold
  const before = door && !isBlind ? await server.look(await findNative(hold, tag, call), call) : undefined
  const first = await once(await wasUnfetched(hold, tag, before))
  // It may have asked while nobody was there: a submission of before, which this one was taken for a repetition of.
  const { answer, unfetched } =
    first.unfetched !== undefined && (await door?.fault(tag)) === undefined ? await once(true) : first
  if (unfetched === undefined) return answer
  // Whatever its server makes of it yet ends itself where it begins.
  await forbid(hold, tag, call)
  return { kind: 'refused', reason: 'staging-in', message: unfetched }
}

interface Once extends Loading {
  /** Under another id than before. */
  readonly isAnew: boolean
}

async function submitOnce(
  hold: Hold,
  { job, call: wishes, isAnew, ...loaded }: Once,
  options: CallOptions,
): Promise<{ readonly answer: SubmitAnswer; readonly unfetched?: string | undefined }> {
  const call = options.signal ? { signal: options.signal } : {}
  const native = isAnew ? await setUpAnew(hold, job.tag, call) : await setUp(hold, job.tag, call)
  await hold.door?.serve()
  const path = await send(hold, job, { native, ...loaded }, options)
  const pulls = await pulling(hold, job.tag)
  const starting = { native, command: startCommand(path) }
  const answer = await start(hold, job.tag, starting, { ...wishes, ...pulls, ...call })
  if (answer.kind !== 'accepted') return { answer }
  return { answer, unfetched: await untilPulled(hold, { tag: job.tag, native, total: pulls.total }, options) }
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
      attempts.of(tag).accepted = native
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

/** Nothing was started: what failed before is tried again, or is the job's own fault. */
function unsent(error: unknown): SubmitAnswer {
  if (!isAbeyanceError(error)) throw notSent(error)
  if (error.code === 'invalid-value' || error.code === 'unsupported')
    return { kind: 'refused', reason: 'submission-refused', message: error.message }
  if (error.code === 'changed-file' || error.code === 'missing-file')
    return { kind: 'refused', reason: 'staging-in', message: error.message }
  return { kind: 'not-tried', message: error.message }
}
