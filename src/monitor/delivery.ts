import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import type { Logger } from '../core/logger.ts'
import type { Notice, Notifier } from '../notifiers/notifier.ts'
import type { RecordStore } from '../records/record-store.ts'
import { backoff } from './backoff.ts'
import { untilNextMinute } from './calendar.ts'
import { noticeIdOf } from './job-notices.ts'
import { asKeptNotice, noticeEntry, type KeptNotice } from './kept-notice.ts'
import type { ReadRule } from './notice-rule.ts'
import { within } from './within.ts'
import { workerLoop } from './worker-loop.ts'

/** Delivers the notices of one recipient, so that one who does not answer keeps nobody else from being told. */
export interface Delivery {
  /** A notice under this key is, or soon will be, on disk. */
  expect(key: string): void
  poke(): void
  close(): Promise<void>
}

export interface OutboxSettings {
  /** How long one delivery may take. */
  readonly deadline: number
  /** The wait after a failed delivery, doubled each time up to the last. */
  readonly firstRetry: number
  readonly lastRetry: number
}

export interface DeliveryOptions {
  readonly to: string
  readonly notifier: Notifier
  readonly rules: readonly ReadRule[]
  readonly store: RecordStore
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: OutboxSettings
}

// A notice that was announced and is still not on disk after so long was never put.
const longestPut = 600_000

export function openDelivery(options: DeliveryOptions): Delivery {
  const { to, notifier, store, clock, logger, settings } = options
  const expected = new Map<string, number>()
  const stop = new AbortController()

  async function turn(): Promise<number> {
    let wait = Infinity
    const collected: KeptNotice[] = []
    for (const [key, since] of expected) {
      if (stop.signal.aborted) return Infinity
      const kept = asKeptNotice(await store.get({ kind: 'notice', key }))
      if (kept === undefined) {
        if (Math.abs(clock.now() - since) > longestPut) expected.delete(key)
        continue
      }
      const held = await holds(options, kept)
      if (held === 'digest') collected.push(kept)
      const left = held === 'no' ? await attempt(kept) : held === 'digest' ? 0 : held
      wait = Math.min(wait, left)
    }
    if (collected.length > 0) await gather(collected)
    return collected.length > 0 ? 0 : wait
  }

  /** One delivery. Gives the milliseconds until the next one of this notice. */
  async function attempt(kept: KeptNotice): Promise<number> {
    const entry = noticeEntry(kept)
    try {
      const limits = { clock, deadline: settings.deadline, signal: stop.signal }
      await within(`telling ${to}`, limits, (signal) => notifier.notify(kept.notice, { signal }))
    } catch (error) {
      if (stop.signal.aborted) return Infinity
      const attempts = kept.attempts + 1
      const wait = backoff(attempts, settings)
      logger.warn({ to, notice: kept.notice.id, error: messageOf(error) }, 'a notice was not delivered')
      await store.put([noticeEntry({ ...kept, attempts, next: clock.now() + wait })])
      return wait
    }
    await store.put([{ ...entry, value: undefined }])
    expected.delete(entry.key)
    return Infinity
  }

  /** Many notices become one, on disk first, so that it keeps its id over all deliveries. */
  async function gather(collected: readonly KeptNotice[]): Promise<void> {
    const now = clock.now()
    const digest = noticeEntry({ notice: digestOf(collected, now), to, attempts: 0, next: now })
    const gone = collected.map((kept) => ({ ...noticeEntry(kept), value: undefined }))
    await store.put([digest, ...gone])
    for (const { key } of gone) expected.delete(key)
    expected.set(digest.key, now)
  }

  const loop = workerLoop({ name: `notices for ${to}`, clock, logger }, turn)
  return {
    expect: (key) => void expected.set(key, clock.now()),
    poke: () => loop.poke(),
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
): Promise<number | 'no' | 'digest'> {
  const rule = rules.find(({ on, to: names }) => on.has(notice.event) && names.has(to))
  const now = clock.now()
  if (rule?.quiet?.includes(now)) return untilNextMinute(now)
  if (rule?.digest) return (await rule.digest.cameBetween(notice.at, now)) ? 'digest' : untilNextMinute(now)
  const left = next - now
  return left > 0 && left <= settings.lastRetry ? left : 'no' // else the clock was set back
}

function digestOf(collected: readonly KeptNotice[], at: number): Notice {
  const notices = collected.map(({ notice }) => notice)
  const [first] = notices
  return {
    id: noticeIdOf('digest', ...notices.map(({ id }) => id)),
    event: 'digest',
    at,
    title: notices.length === 1 && first ? first.title : `${notices.length} notices`,
    text: notices.map(({ title, text }) => `${title}\n${text}`).join('\n\n'),
    about: { notices: String(notices.length) },
  }
}
