import { messageOf } from '../../../core/error.ts'
import { say } from './say.ts'

/** Does what a person asked for; what went wrong is said. */
export function attempt(act: () => Promise<void>): void {
  act().catch((error: unknown) => say(messageOf(error)))
}
