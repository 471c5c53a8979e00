import { nativeId, type NativeId, type Tag } from '../../core/ids.ts'
import type { Reason } from '../../core/reason.ts'
import type { JobReport } from '../job-report.ts'
import { readExit } from '../read-exit.ts'
import type { KnownJob } from '../runner.ts'
import type { Attempt } from './attempts.ts'
import { forbid } from './forbid.ts'
import { findNative, readText, type Hold } from './hold.ts'
import { homeOf } from './home.ts'
import { lastWords } from './last-words.ts'
import { wasUnfetched } from './unfetched.ts'
import { whyUnfetched } from './until-pulled.ts'
import { isOdd, isOver, type Call, type Said } from './server.ts'

/**
 * Milliseconds: a wrapper gives a sign of life every ten seconds or so, and the files of other machines may come a while later. Less where the
 * server itself holds the job for over, which is believed only at a second look, later still.
 */
const staleAfter = { going: 60_000, over: 30_000 }

/** Milliseconds for which a job that its server calls over may still begin. */
const unbegunAfter = 30_000

const quiet: JobReport = Object.freeze({ kind: 'quiet' })

/**
 * What is so of one attempt (rules J2, J3). The exit file first, always: the server calls a job complete whatever became of it, and running for
 * ever when it was started anew. What the server says is asked before the files are read, so that a job that ends meanwhile is not missed.
 */
export async function observe(hold: Hold, tag: Tag, call: Call, known?: KnownJob): Promise<JobReport> {
  const attempt = hold.attempts.of(tag)
  if (attempt.submitting) return { kind: 'submitting', evidence: 'it is being submitted by this process' }
  const native = await findNative(hold, tag, call)
  const said = await hold.server.look(native, call).catch((error: unknown) => {
    if (isOdd(error)) return undefined
    throw error
  })
  await findClaim(hold, tag, call)
  const ended = await findExit(hold, tag, call)
  if (ended) return ended
  // Of one that was set up anew, nothing was accepted yet.
  const accepted = attempt.accepted === native || known?.nativeId === native
  if (attempt.running === undefined) return unclaimed(hold, tag, { said, native, accepted }, call)
  const { incarnation } = attempt
  const gone = await readText(hold, tag, homeOf(tag).gone(incarnation), call)
  if (gone !== undefined) {
    const words = await lastWords(hold, tag, { native, incarnation }, call)
    const evidence = `its wrapper was killed without writing an exit, and nothing of the command runs${words}`
    return { kind: 'vanished', reason: 'wrapper-killed', incarnation, evidence }
  }
  const silence = await silenceOf(hold, tag, attempt, call)
  const report = claimed(attempt.running, said, silence)
  if (report.kind !== 'vanished') return report
  const words = await lastWords(hold, tag, { native, incarnation }, call)
  return { ...report, evidence: `${report.evidence}${words}` }
}

/** One request: whether what runs has ended, and whether what waits has begun. */
export async function glance(hold: Hold, tag: Tag, call: Call): Promise<JobReport> {
  const attempt = hold.attempts.of(tag)
  const before = attempt.incarnation
  if (before === 0) await findClaim(hold, tag, call)
  return (
    (await findExit(hold, tag, call)) ?? (attempt.incarnation > before ? attempt.running : undefined) ?? quiet
  )
}

async function findClaim(hold: Hold, tag: Tag, call: Call): Promise<void> {
  const attempt = hold.attempts.of(tag)
  for (;;) {
    const next = attempt.incarnation + 1
    const text = await readText(hold, tag, homeOf(tag).claim(next), call)
    const running = text === undefined ? undefined : readClaim(next, text)
    if (running === undefined) return
    delete attempt.ended
    delete attempt.sizes
    delete attempt.beat
    attempt.incarnation = next
    attempt.running = running
    attempt.native = running.nativeId
  }
}

/** `native,restart,host,pid,start,boot,nonce,time`, as the wrapper writes it. */
function readClaim(incarnation: number, text: string): Attempt['running'] {
  const [, native, where, pid, startedAt] =
    /^([^,]+),\d+,([^,]+),(\d+),[^,]*,[^,]*,[^,]*,(\d+)$/.exec(text) ?? []
  if (native === undefined || where === undefined) return undefined
  const host = where.replace(/\/.*/, '')
  const evidence = `claimed by wrapper ${pid} on ${host}`
  return { kind: 'running', nativeId: nativeId(native), incarnation, startedAt: Number(startedAt), evidence }
}

async function findExit(hold: Hold, tag: Tag, call: Call): Promise<JobReport | undefined> {
  const attempt = hold.attempts.of(tag)
  const { incarnation } = attempt
  if (incarnation === 0) return undefined
  if (attempt.ended) return attempt.ended
  const text = await readText(hold, tag, homeOf(tag).exit(incarnation), call)
  if (text === undefined) return undefined
  const ended = readExit(incarnation, text)
  if (ended === undefined) return { kind: 'unclear', evidence: `exit file: ${text.slice(0, 400)}` }
  const [stderr = 0, stdout = 0] = text.split(',').slice(-3, -1).map(Number).toReversed()
  attempt.sizes = { stdout, stderr }
  const words = isGood(ended) ? '' : await wordsOfEnd(hold, tag, incarnation, call)
  attempt.ended = { ...ended, evidence: `${ended.evidence}${words}` }
  return attempt.ended
}

function isGood({ exit }: Extract<JobReport, { kind: 'ended' }>): boolean {
  return exit.kind === 'code' && exit.code === 0
}

async function wordsOfEnd(hold: Hold, tag: Tag, incarnation: number, call: Call): Promise<string> {
  const native = hold.attempts.of(tag).native ?? (await findNative(hold, tag, call))
  return lastWords(hold, tag, { native, incarnation }, call)
}

/** Milliseconds without a new sign of life, by our own clock. */
async function silenceOf(hold: Hold, tag: Tag, attempt: Attempt, call: Call): Promise<number> {
  const text = (await readText(hold, tag, homeOf(tag).beat(attempt.incarnation), call)) ?? ''
  const now = hold.context.clock.now()
  if (attempt.beat?.text !== text || attempt.beat.since > now) attempt.beat = { text, since: now }
  return now - attempt.beat.since
}

/** Of one that began and wrote no exit: as long as it gives signs of life, it runs, whatever its server holds it for. */
function claimed(
  running: NonNullable<Attempt['running']>,
  said: Said | undefined,
  silence: number,
): Extract<JobReport, { kind: 'running' | 'vanished' }> {
  const word = wordOf(said)
  const evidence = `${running.evidence}; its server says: ${word}`
  const isEnd = isOver(said)
  if (silence < (isEnd ? staleAfter.over : staleAfter.going)) return { ...running, evidence }
  if (!isEnd) return { ...running, evidence: `${evidence}; it gives no sign of life any more`, unseen: true }
  const reason: Reason = said?.status === 'cancelled' ? 'cancelled-by-administrator' : 'wrapper-killed'
  const why = `${evidence}; it wrote no exit and gives no sign of life${returned(said)}`
  return { kind: 'vanished', reason, incarnation: running.incarnation, evidence: why, hearsay: true }
}

interface Waiting {
  readonly said: Said | undefined
  readonly native: NativeId
  readonly accepted: boolean
}

async function unclaimed(
  hold: Hold,
  tag: Tag,
  { said, native, accepted }: Waiting,
  call: Call,
): Promise<JobReport> {
  if (said === undefined)
    return { kind: 'unclear', evidence: `${hold.server.name} cannot tell of it: error 500` }
  const word = wordOf(said)
  const evidence = `${hold.server.name} says: ${word}`
  const words = () => lastWords(hold, tag, { native, incarnation: 0 }, call)
  switch (said.status) {
    case 'lost':
      return { kind: 'absent', submitter: 'none', evidence: `${evidence}: it has no such job` }
    case 'preprocessing':
      if (accepted) return { kind: 'queued', nativeId: native, evidence }
      return { kind: 'absent', submitter: 'gone', evidence: `${evidence}: set up there, and not submitted` }
    case 'queued':
    case null:
      return { kind: 'queued', nativeId: native, evidence }
    case 'running': // its server, or its scheduler, may be loading what it needs
      return { kind: 'queued', nativeId: native, evidence: `${evidence}${await words()}`, started: true }
    case 'postprocessing':
      return { kind: 'queued', nativeId: native, evidence }
    case 'failed':
      if (hold.door && (await wasUnfetched(hold, tag, said))) {
        const why = `${evidence}: ${await whyUnfetched(tag, hold.door)}`
        // Where we were away while it was being submitted, it is submitted anew.
        if (!accepted) return { kind: 'absent', submitter: 'gone', evidence: why }
        return unbegun(hold, tag, { reason: 'staging-in', said, evidence: why, words: '' }, call)
      }
      return unbegun(hold, tag, { reason: 'submission-refused', said, evidence, words: await words() }, call)
    case 'cancelled': {
      const news = { said, evidence, words: '' }
      // Behind a broker what is forbidden to begin is told to stop.
      const isForbidden = hold.isBlind && hold.attempts.of(tag).unbegunSince !== undefined
      if (!isForbidden && (await readText(hold, tag, homeOf(tag).stop, call)) !== undefined)
        return neverBegan({ ...news, reason: 'cancelled-by-us' })
      // Its server says so of each job that it was told to kill, whether or not its scheduler heard of it.
      return unbegun(hold, tag, { ...news, reason: 'cancelled-by-administrator' }, call)
    }
    case 'complete': {
      const never = `${evidence}, and it never began`
      return unbegun(
        hold,
        tag,
        { reason: 'wrapper-killed', said, evidence: never, words: await words() },
        call,
      )
    }
    default:
      return { kind: 'unclear', evidence }
  }
}

interface Unbegun {
  readonly reason: Reason
  readonly said: Said
  readonly evidence: string
  readonly words: string
}

/**
 * Over by the word of its server, though nothing of it was ever seen to begin. A server that once could not ask its scheduler says so for good, and
 * the scheduler starts the job all the same: so it is called over only when it is forbidden to begin.
 */
async function unbegun(hold: Hold, tag: Tag, news: Unbegun, call: Call): Promise<JobReport> {
  const report = neverBegan(news)
  const { stop, over } = homeOf(tag)
  const [stopped, forbidden] = await Promise.all([stop, over].map((name) => readText(hold, tag, name, call)))
  if (stopped !== undefined || forbidden !== undefined) return report
  const attempt = hold.attempts.of(tag)
  const now = hold.context.clock.now()
  attempt.unbegunSince = Math.min(attempt.unbegunSince ?? now, now)
  const isDue = now - attempt.unbegunSince >= unbegunAfter
  if (!isDue || !(await forbid(hold, tag, call)))
    return {
      kind: 'unclear',
      evidence: `${report.evidence}; it is looked at again, since it may begin all the same`,
    }
  await findClaim(hold, tag, call)
  return attempt.running ?? report
}

function neverBegan({ reason, said, evidence, words }: Unbegun) {
  const why = `${evidence}${returned(said)}${words}`
  return { kind: 'vanished', reason, incarnation: 0, evidence: why, hearsay: true } as const
}

/** A server that knows no code calls a job complete all the same. */
function returned(said: Said | undefined): string {
  if (typeof said?.returncode === 'number') return ` (code ${said.returncode})`
  return said?.status === 'complete' ? ' (without a code, as after a kill or a lost node)' : ''
}

function wordOf(said: Said | undefined): string {
  if (said === undefined) return 'an error'
  return said.words ?? said.status ?? 'a word that it does not know itself'
}
