import type { NoticeEvent } from '../notifiers/notifier.ts'
import type { Calendar } from './calendar.ts'

/** Who is told what. `quiet`: nothing is delivered in these minutes; `digest`: what came is delivered as one at these. */
export interface NoticeRule {
  readonly on: readonly NoticeEvent[]
  /** Names of notifiers. */
  readonly to: readonly string[]
  readonly quiet?: string
  readonly digest?: string
}

/** A rule with its calendars read. */
export interface ReadRule {
  readonly on: ReadonlySet<NoticeEvent>
  readonly to: ReadonlySet<string>
  readonly quiet: Calendar | undefined
  readonly digest: Calendar | undefined
}
