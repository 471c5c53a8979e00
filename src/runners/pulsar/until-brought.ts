import { sleep } from '../../core/clock.ts'
import type { Tag } from '../../core/ids.ts'
import type { CallOptions } from '../runner.ts'
import { findNative, type Hold } from './hold.ts'
import { isOver } from './server.ts'

export interface Bringing {
  readonly tag: Tag
  /** Sizes by name. */
  readonly wanted: ReadonlyMap<string, number>
}

/** Milliseconds without a byte: what can be read over there is then read, what cannot is waited for longer. */
const patience = { readable: 60_000, elsewhere: 600_000 }

/**
 * Waits while a server brings what a job left, and tells how far that is. It ends when all is here, or no more will come: a server does it when
 * it is asked for the job's state, once, and calls the job over when it is through, whatever became of that.
 */
export async function untilBrought(
  hold: Hold,
  { tag, wanted }: Bringing,
  { signal, travelled }: CallOptions,
): Promise<void> {
  const { server, door, context } = hold
  if (door === undefined || wanted.size === 0) return
  const { clock } = context
  const call = signal ? { signal } : {}
  const native = await findNative(hold, tag, call)
  const total = [...wanted.values()].reduce((sum, size) => sum + size, 0)
  const longest = hold.isBlind ? patience.elsewhere : patience.readable
  let [came, moved] = [-1, clock.now()]
  for (let through = false; !signal?.aborted && Math.abs(clock.now() - moved) < longest;) {
    const isHere = (await Promise.all([...wanted.keys()].map(async (name) => door.has(name)))).every(Boolean)
    const sizes = await Promise.all([...wanted.keys()].map(async (name) => door.size(name)))
    const now = isHere ? total : sizes.reduce((sum: number, size) => sum + (size ?? 0), 0)
    if (now !== came) {
      travelled?.(tag, { way: 'home', done: Math.min(now, total), total })
      ;[came, moved] = [now, clock.now()]
    }
    // Once more after it was called over: what came in between.
    if (isHere || through) return
    const said = await server.look(native, call).catch(() => undefined)
    through = isOver(said)
    if (!through) await sleep(clock, 300, signal)
  }
}
