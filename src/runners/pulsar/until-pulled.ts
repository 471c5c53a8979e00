import { sleep } from '../../core/clock.ts'
import type { NativeId, Tag } from '../../core/ids.ts'
import type { CallOptions } from '../runner.ts'
import { wasUnfetched } from './unfetched.ts'
import type { Hold } from './hold.ts'

export interface Pulling {
  readonly tag: Tag
  readonly native: NativeId
  /** Bytes that were offered to it. */
  readonly total: number
}

/** Milliseconds without a byte after which nobody waits any longer: whether it comes to anything shows when it is looked at. */
const patience = 60_000

/** Waits while a server fetches what a job needs, and tells how far that is. Gives why, where the server gave up; nothing of the job began then. */
export async function untilPulled(
  hold: Hold,
  { tag, native, total }: Pulling,
  { signal, travelled }: CallOptions,
): Promise<string | undefined> {
  const { server, door, context, isBlind = false } = hold
  // Over a broker it may be long before anybody begins with it.
  if (door === undefined || isBlind || total === 0) return undefined
  const { clock } = context
  let [given, moved] = [0, clock.now()]
  while (!signal?.aborted && Math.abs(clock.now() - moved) < patience) {
    const said = await server.look(native, signal ? { signal } : {}).catch(() => undefined)
    const now = Math.min(door.given(tag), total)
    if (now > given) {
      travelled?.(tag, { way: 'there', done: now, total })
      ;[given, moved] = [now, clock.now()]
    }
    if (await wasUnfetched(hold, tag, said)) return whyUnfetched(tag, door)
    if (said !== undefined && said.status !== 'preprocessing') return undefined
    await sleep(clock, 300, signal)
  }
  return undefined
}

/** As far as it shows here: a server keeps its own words to itself. */
export async function whyUnfetched(tag: Tag, door: NonNullable<Hold['door']>): Promise<string> {
  const fault = await door.fault(tag)
  const cause =
    fault ??
    `does it reach ${door.url.href}? It asked for nothing that it was not given; where nobody was there to answer, see \`preprocess_action_max_retries\` on its administrator's page`
  return `its server could not fetch what it needs: ${cause}`
}
