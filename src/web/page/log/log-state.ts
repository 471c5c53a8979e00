import type { LogGapAnswer } from '../../contract.ts'
import type { Connection } from '../data/follow-events.ts'

/** What is to be said about a stream beside its lines. */
export interface LogState {
  readonly connection: Connection
  /** Why there is no such stream (rule L3). */
  readonly gap: LogGapAnswer | undefined
  /** What happened to the stream meanwhile, in words: that it began anew. */
  readonly note: string | undefined
  /** Nothing comes any more. */
  readonly ended: boolean
  /** More came than is kept while not following. */
  readonly waiting: boolean
  readonly loadingEarlier: boolean
  /** Why what stands before cannot be had. */
  readonly noEarlier: string | undefined
}

export const newLogState: LogState = {
  connection: { kind: 'connecting' },
  gap: undefined,
  note: undefined,
  ended: false,
  waiting: false,
  loadingEarlier: false,
  noEarlier: undefined,
}
