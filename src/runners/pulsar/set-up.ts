import { AbeyanceError } from '../../core/error.ts'
import { nativeId, type NativeId, type Tag } from '../../core/ids.ts'
import { makeNonce } from '../host.ts'
import { findNative, type Hold } from './hold.ts'
import { homeOf } from './home.ts'
import { textBody } from './send.ts'
import type { Call, SetUp } from './server.ts'

/** The server's id for the job. One that it gives itself is written down there before anything is submitted under it, and found again. */
export async function setUp(hold: Hold, tag: Tag, call: Call): Promise<NativeId> {
  const { server } = hold
  const isKnown = hold.assigns === true || hold.door !== undefined
  const earlier = isKnown ? await findNative(hold, tag, call) : nativeId(tag)
  if (earlier !== nativeId(tag)) return earlier
  const made = await makeJob(hold, tag, call)
  if (made === nativeId(tag)) return made
  const before = await findNative(hold, tag, call) // one that an earlier process set up
  if (before !== nativeId(tag)) {
    await server.remove(made, call)
    return before
  }
  await keepNative(hold, tag, made, call)
  return made
}

/** Another id: a server that gave up a job takes whatever comes under the same one for a repetition, and does nothing, for good. */
export async function setUpAnew(hold: Hold, tag: Tag, call: Call): Promise<NativeId> {
  const before = await findNative(hold, tag, call)
  const made = await makeJob(hold, `${tag}-${makeNonce().slice(0, 8)}`, call)
  await keepNative(hold, tag, made, call)
  // The folder of that name is the home of the attempt, whatever became of the job.
  if (before !== nativeId(tag)) await hold.server.remove(before, call)
  return made
}

async function makeJob(hold: Hold, asked: string, call: Call): Promise<NativeId> {
  const made = await hold.server.setUp(asked, call)
  if (made?.pulsar_version !== undefined) hold.version = made.pulsar_version
  if (made === undefined)
    throw refused(hold, `to set up ${asked}; check \`manager\` here and \`managers\` in its app.yml`)
  refuseForeign(hold, made)
  hold.assigns = made.job_id !== asked
  return nativeId(made.job_id)
}

/** Written down there before anything is submitted under it. */
async function keepNative(hold: Hold, tag: Tag, native: NativeId, call: Call): Promise<void> {
  const written = await hold.server.upload(tag, homeOf(tag).native, textBody(native), call)
  if (written === undefined) throw refused(hold, 'to keep the id of a job')
  hold.attempts.of(tag).native = native
}

function refuseForeign({ server }: Hold, { path_separator: separator = '/' }: SetUp): void {
  if (separator === '/') return
  throw new AbeyanceError('unsupported', `${server.name} runs on Windows; jobs need a POSIX shell there`)
}

/** The server's page without words, which says no and not why. */
export function refused({ server }: Hold, what: string): AbeyanceError {
  return new AbeyanceError('transport-failed', `${server.name} refused ${what}`)
}
