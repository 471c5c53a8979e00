import type { NoticeEvent } from '../notifiers/notifier.ts'

/** Who is told what. `quiet`: nothing is delivered in these minutes; `digest`: what came is delivered as one at these. */
export interface NoticeRule {
  readonly on: readonly NoticeEvent[]
  /** Names of notifiers. */
  readonly to: readonly string[]
  readonly quiet?: string
  readonly digest?: string
}
