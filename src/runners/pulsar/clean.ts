import { nativeId, type Tag } from '../../core/ids.ts'
import type { CallOptions, CleanAnswer } from '../runner.ts'
import { findNative, type Hold } from './hold.ts'
import { observe } from './observe.ts'
import type { Call } from './server.ts'

/**
 * Has the server remove what it has of attempts of which nothing runs; the others are left, to be tried again, as are those that it did not
 * answer for. How much that frees it does not tell.
 */
export async function cleanJobs(
  hold: Hold,
  tags: readonly Tag[],
  { signal }: CallOptions,
): Promise<CleanAnswer> {
  const call = signal ? { signal } : {}
  const removed: Tag[] = []
  const left: Tag[] = []
  const faults: unknown[] = []
  const cleanedAll = tags.map(async (tag) => {
    try {
      const outcome = await cleanOne(hold, tag, call)
      if (outcome === 'removed') removed.push(tag)
      if (outcome === 'left') left.push(tag)
    } catch (error) {
      faults.push(error)
      left.push(tag)
    }
  })
  await Promise.all(cleanedAll)
  if (faults.length > 0 && faults.length === tags.length) throw faults[0]
  return { removed, bytes: 0, left }
}

async function cleanOne(hold: Hold, tag: Tag, call: Call): Promise<'removed' | 'left' | 'none'> {
  const { server, attempts, context } = hold
  const report = await observe(hold, tag, call)
  if (report.kind === 'absent' && report.submitter === 'none') {
    await hold.door?.remove(tag)
    attempts.forget(tag)
    return 'none'
  }
  // To remove a folder does not end what runs in it.
  const isOver = report.kind === 'ended' || report.kind === 'vanished' || report.kind === 'absent'
  if (!isOver) return 'left'
  const native = await findNative(hold, tag, call)
  // The folder that leads to the other one goes last.
  if (native !== nativeId(tag)) await server.remove(native, call)
  await server.remove(tag, call)
  await hold.door?.remove(tag)
  attempts.forget(tag)
  const isGone = (await server.look(tag, call))?.status === 'lost'
  if (!isGone)
    context.logger.warn(
      { tag },
      `${server.name} keeps what it was told to remove; is \`debug\` set in its app.yml?`,
    )
  return isGone ? 'removed' : 'left'
}
