import type { Clock } from '../../core/clock.ts'
import type { RequestOptions } from '../transport.ts'
import { inTime } from './in-time.ts'
import { openTurns } from './turns.ts'

/** The channels that a connection may have at once. Its methods are those of `SharedConnection`. */
export interface ChannelPlaces {
  take(options: RequestOptions): Promise<() => void>
  isCrowded(): boolean
  offer(giveUp: () => boolean): () => void
}

export function openChannelPlaces(count: number, host: string, clock: Clock): ChannelPlaces {
  const turns = openTurns(count)
  const offers = new Set<() => boolean>()
  return {
    async take(options) {
      if (turns.free === 0) for (const giveUp of offers) if (giveUp()) break
      const turn = turns.take()
      try {
        await inTime(`waiting for a channel to ${host}`, clock, options, turn.granted)
      } catch (error) {
        turn.giveBack()
        throw error
      }
      return turn.giveBack
    },
    isCrowded: () => turns.waiting > 0,
    offer(giveUp) {
      offers.add(giveUp)
      return () => offers.delete(giveUp)
    },
  }
}
