import { untilNextMinute } from './calendar.ts'
import { deliverNotice } from './deliver-notice.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import { expectedNotices } from './expected-notices.ts'
import { gatherDigest } from './gather-digest.ts'
import { noticeEntry, type KeptNotice } from './kept-notice.ts'
import { recipientRest } from './recipient-rest.ts'
import { workerLoop } from './worker-loop.ts'

/** Delivers the notices of one recipient, so that one who does not answer keeps nobody else from being told. */
export interface Delivery {
  /** A notice under this key is, or soon will be, on disk. */
  expect(key: string): void
  /** Something was put: a turn comes now if it may be one of those expected; else nothing is new here. */
  poke(): void
  close(): Promise<void>
}

export function openDelivery(options: DeliveryOptions): Delivery {
  const { to, store, clock, logger, settings } = options
  const expected = expectedNotices(store, clock)
  let hurried = new Set<string>()
  const rest = recipientRest(clock, settings)
  const stop = new AbortController()

  async function turn(): Promise<number> {
    if (rest.left() > 0) return rest.left()
    let wait = Infinity
    const due: KeptNotice[] = []
    const collected: KeptNotice[] = []
    for await (const kept of expected.onDisk()) {
      if (stop.signal.aborted) return Infinity
      const held = await holds(options, kept, hurried.has(noticeEntry(kept).key))
      if (held === 'no') due.push(kept)
      else if (held === 'digest') collected.push(kept)
      else wait = Math.min(wait, held)
    }
    if (collected.length > 0) {
      const digest = await gatherDigest(collected, options)
      for (const kept of collected) expected.remove(noticeEntry(kept).key)
      expected.add(digest)
    }
    return Math.min(await deliver(due), collected.length > 0 ? 0 : wait)
  }

  /** One after the other. Gives the milliseconds until the next one is due. */
  async function deliver(due: readonly KeptNotice[]): Promise<number> {
    let wait = Infinity
    const before = hurried
    // What failed least comes first: one that is always refused keeps no other waiting.
    for (const kept of due.toSorted((a, b) => a.attempts - b.attempts)) {
      if (stop.signal.aborted) return Infinity
      if (rest.left() > 0) return Math.min(wait, rest.left())
      wait = Math.min(wait, await attempt(kept))
    }
    return hurried === before ? wait : 0
  }

  /** One delivery. Gives the milliseconds until the next one of this notice. */
  async function attempt(kept: KeptNotice): Promise<number> {
    const { key } = noticeEntry(kept)
    hurried.delete(key)
    const wait = await deliverNotice(kept, options, { rest, signal: stop.signal })
    if (wait !== 'delivered') return wait
    expected.remove(key)
    if (rest.delivered()) hurried = new Set(expected.keys())
    return Infinity
  }

  const loop = workerLoop({ name: `notices for ${to}`, clock, logger }, turn)
  return {
    expect: (key) => expected.add(key),
    poke() {
      if (expected.hasNew()) loop.poke()
    },
    close() {
      stop.abort()
      return loop.close()
    },
  }
}

/** Milliseconds that a notice is held back for; `no` where it may go, `digest` where its digest's time has come. */
async function holds(
  { rules, to, clock, settings }: DeliveryOptions,
  { notice, next }: KeptNotice,
  hurried: boolean,
): Promise<number | 'no' | 'digest'> {
  const rule = rules.find((each) => each.to.has(to) && each.concerns(notice))
  const now = clock.now()
  if (rule?.quiet?.includes(now)) return untilNextMinute(now)
  if (rule?.digest) return (await rule.digest.cameBetween(notice.at, now)) ? 'digest' : untilNextMinute(now)
  if (hurried) return 'no'
  const left = next - now
  return left > 0 && left <= settings.lastRetry ? left : 'no' // else the clock was set back
}
