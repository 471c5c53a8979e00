import { logEvents, type LogGapAnswer } from '../../contract.ts'
import type { ServerEvent } from '../data/read-events.ts'
import { bytesOfBase64 } from './bytes-of-base64.ts'
import type { LogBuffer } from './log-buffer.ts'

/** Where the events of a stream go. */
export interface LogIntake {
  readonly buffer: LogBuffer
  /** Bytes are in the buffer. Reading goes on when it resolves. */
  came(): Promise<void>
  /** The window begins elsewhere; `why` where the stream itself began anew. */
  moved(why?: string): void
  unavailable(gap: LogGapAnswer): void
  ended(): void
}

/** Puts what an event says of a stream where it belongs; `stop` when nothing comes any more. */
export async function takeLogEvent(event: ServerEvent, intake: LogIntake): Promise<'stop' | undefined> {
  const { buffer } = intake
  const data: unknown = event.data === '' ? {} : JSON.parse(event.data)
  switch (event.name) {
    case 'chunk': {
      const { offset, bytes } = logEvents.chunk.parse(data)
      buffer.append(offset, bytesOfBase64(bytes), Date.now())
      await intake.came()
      return undefined
    }
    case 'skipped': {
      const { offset, length } = logEvents.skipped.parse(data)
      buffer.restart(offset + length)
      intake.moved()
      return undefined
    }
    case 'reset':
      buffer.restart(0)
      intake.moved(logEvents.reset.parse(data).why)
      return undefined
    case 'unavailable':
      intake.unavailable(logEvents.unavailable.parse(data))
      return undefined
    case 'end':
      intake.ended()
      return 'stop'
    default:
      return undefined
  }
}
