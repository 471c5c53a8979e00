import { sleep } from '../../core/clock.ts'
import { messageOf } from '../../core/error.ts'
import type { NativeId, Tag } from '../../core/ids.ts'
import type { JobReport } from '../job-report.ts'
import type { CancelAnswer, CancelOptions, KnownJob } from '../runner.ts'
import { findNative, type Hold } from './hold.ts'
import { homeOf } from './home.ts'
import { observe } from './observe.ts'
import { textBody } from './send.ts'
import type { Call } from './server.ts'

/** Milliseconds that what runs there has to end what runs: it hands on TERM, then KILL. After that the server is asked to kill. */
const ownTime = 9000
const longest = 20_000
/** Milliseconds for a server to take one that never began out of its queue. */
const hiddenTime = 3000

/** Stops jobs in whatever phase (rule J6). */
export async function cancelJobs(
  hold: Hold,
  tags: readonly Tag[],
  { known, signal }: CancelOptions,
): Promise<ReadonlyMap<Tag, CancelAnswer>> {
  const call = signal ? { signal } : {}
  const answers = await Promise.all(
    tags.map(async (tag) => [tag, await cancelSafely(hold, tag, known?.get(tag), call)] as const),
  )
  return new Map(answers)
}

/** One that could not be asked is asked again; it holds up none of the others. */
async function cancelSafely(
  hold: Hold,
  tag: Tag,
  known: KnownJob | undefined,
  call: Call,
): Promise<CancelAnswer> {
  try {
    return await cancelOne(hold, tag, known, call)
  } catch (error) {
    return { kind: 'pending', evidence: messageOf(error) }
  }
}

/**
 * A file says that it is to stop: a wrapper that begins after that does not begin its command, and what watches a running one ends it and
 * lets it write how. So the server's own cancel, which it may forget and which confirms nothing, only takes what waits out of its queue.
 */
async function cancelOne(
  hold: Hold,
  tag: Tag,
  known: KnownJob | undefined,
  call: Call,
): Promise<CancelAnswer> {
  const { server } = hold
  const { clock } = hold.context
  const before = await observe(hold, tag, call, known)
  if (isOver(before)) return { kind: 'stopped', evidence: before.evidence }
  if ((await server.upload(tag, homeOf(tag).stop, textBody('stop\n'), call)) === undefined)
    return { kind: 'pending', evidence: `${server.name} did not take the file that stops it` }
  const native = await findNative(hold, tag, call)
  const began = clock.now()
  for (let turn = 0; ; turn += 1) {
    const report = await observe(hold, tag, call, known)
    const evidence = 'evidence' in report ? report.evidence : ''
    if (isOver(report)) return { kind: 'stopped', evidence }
    const waited = Math.abs(clock.now() - began)
    const isHidden = report.kind === 'absent' && hold.isBlind
    // Who spoke of it by messages alone may have lost sight of one that waits: it is to be killed there first.
    if (isHidden && turn === 0) await askServer(hold, native, call)
    if (report.kind === 'absent' && (!isHidden || waited >= hiddenTime))
      return { kind: 'stopped', evidence: `${evidence}; it will not begin any more` }
    // A server that is asked while it fetches forgets the job without a word.
    if (waited >= hiddenTime && !hold.isBlind && (await isForgotten(hold, tag, native, call)))
      return { kind: 'stopped', evidence: `${evidence}; what begins of it yet ends itself` }
    if (waited >= longest || call.signal?.aborted) return { kind: 'pending', evidence }
    const runs = report.kind === 'running'
    if (!runs || (waited >= ownTime && turn % 4 === 0)) await askServer(hold, native, call)
    await sleep(clock, 500, call.signal)
  }
}

async function isForgotten(hold: Hold, tag: Tag, native: NativeId, call: Call): Promise<boolean> {
  if (hold.attempts.of(tag).incarnation > 0) return false
  return (await hold.server.look(native, call))?.status === 'preprocessing'
}

async function askServer({ server }: Hold, native: NativeId, call: Call): Promise<void> {
  await server.cancel(native, call)
}

/** By what its machine wrote; by the server's word alone only where nothing of it was ever seen to begin. */
function isOver(report: JobReport): report is Extract<JobReport, { kind: 'ended' | 'vanished' }> {
  return report.kind === 'ended' || report.kind === 'vanished'
}
