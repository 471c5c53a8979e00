import type { Notice } from '../notifiers/notifier.ts'
import type { Entry } from '../records/record-store.ts'

/** Notices on their way to people: on disk first, delivered at least once, under the same id each time (rule N2). */
export interface Outbox {
  /** What is to be put together with the change that causes the notice: one entry for each recipient, by rule or in `also`; none where there is none. */
  entriesFor(notice: Notice, also?: readonly string[]): readonly Entry[]
  /** Something was put: it is delivered now, if its time has come. */
  poke(): void
  /** Stops delivering; what is on disk stays. Closing twice is fine. */
  close(): Promise<void>
}
