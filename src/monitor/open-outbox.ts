import type { Clock } from '../core/clock.ts'
import { AbeyanceError, messageOf } from '../core/error.ts'
import type { Logger } from '../core/logger.ts'
import type { Notifier } from '../notifiers/notifier.ts'
import type { RecordStore } from '../records/record-store.ts'
import { calendar } from './calendar.ts'
import type { OutboxSettings } from './delivery-options.ts'
import { openDelivery, type Delivery } from './delivery.ts'
import { concernsOf, faultsOfWhere, type NoticeRule, type ReadRule } from './notice-rule.ts'
import type { Outbox } from './outbox.ts'
import { asKeptNotice, noticeEntry } from './kept-notice.ts'

export interface OutboxOptions {
  readonly store: RecordStore
  /** By the names that rules use. */
  readonly notifiers: ReadonlyMap<string, Notifier>
  readonly rules: readonly NoticeRule[]
  readonly clock: Clock
  readonly logger: Logger
  /** Of the calendars; UTC when not given. */
  readonly timezone?: string
  readonly settings?: Partial<OutboxSettings>
}

const defaults: OutboxSettings = { deadline: 30_000, firstRetry: 1000, lastRetry: 3_600_000 }

/** Goes on with whatever an earlier process left. A rule with a bad calendar or an unknown recipient is refused. */
export function openOutbox(options: OutboxOptions): Outbox {
  const { store, notifiers, clock, logger } = options
  const settings = { ...defaults, ...options.settings }
  const rules = options.rules.map((rule) => readRule(rule, options))
  const deliveries = new Map<string, Delivery>()
  for (const [to, notifier] of notifiers)
    deliveries.set(to, openDelivery({ to, notifier, rules, store, clock, logger, settings }))

  async function takeUp(): Promise<void> {
    const stranded = new Map<string, number>()
    for await (const { key, value } of store.all('notice')) {
      const { to } = asKeptNotice(value) ?? {}
      const delivery = to === undefined ? undefined : deliveries.get(to)
      if (delivery) delivery.expect(key)
      else if (to === undefined) logger.warn({ notice: key }, 'a notice cannot be read; it stays on disk')
      else stranded.set(to, (stranded.get(to) ?? 0) + 1)
    }
    tellStranded(stranded, logger)
    for (const delivery of deliveries.values()) delivery.poke()
  }

  const takenUp = takeUp().catch((error: unknown) =>
    logger.error({ error: messageOf(error) }, 'notices of an earlier process could not be read'),
  )

  return {
    entriesFor(notice, also = []) {
      const recipients = new Set([
        ...rules.flatMap((rule) => (rule.concerns(notice) ? [...rule.to] : [])),
        ...also,
      ])
      return [...recipients].map((to) => {
        const entry = noticeEntry({ notice, to, attempts: 0, next: clock.now() })
        deliveries.get(to)?.expect(entry.key)
        return entry
      })
    },
    poke() {
      for (const delivery of deliveries.values()) delivery.poke()
    },
    async close() {
      await takenUp
      await Promise.all([...deliveries.values()].map((delivery) => delivery.close()))
    },
  }
}

/** Of recipients that are no notifiers any more: once, where nobody asks for more than faults. */
function tellStranded(counts: ReadonlyMap<string, number>, logger: Logger): void {
  if (counts.size === 0) return
  const each = [...counts].map(([to, count]) => `${count} for "${to}"`).join(', ')
  const next =
    'configure notifiers of these names again and they are delivered; `abeyance gc --older-than` drops old ones'
  logger.error({}, `notices are kept for notifiers that are not there any more, ${each}: ${next}`)
}

function readRule(rule: NoticeRule, { notifiers, timezone }: OutboxOptions): ReadRule {
  const known = [...notifiers.keys()]
  for (const to of rule.to)
    if (!known.includes(to))
      throw new AbeyanceError(
        'invalid-configuration',
        `a notice goes to "${to}", which is no notifier; known are: ${known.join(', ') || 'none'}`,
      )
  for (const [name, fault] of faultsOfWhere(rule))
    throw new AbeyanceError('invalid-configuration', `a rule for notices asks where \`${name}\`: ${fault}`)
  return {
    concerns: concernsOf(rule),
    to: new Set(rule.to),
    quiet: rule.quiet === undefined ? undefined : calendar(rule.quiet, timezone),
    digest: rule.digest === undefined ? undefined : calendar(rule.digest, timezone),
  }
}
