import { isAbeyanceError, messageOf } from '../core/error.ts'
import { backoff } from './backoff.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import { noticeEntry, type KeptNotice } from './kept-notice.ts'
import type { RecipientRest } from './recipient-rest.ts'
import { within } from './within.ts'

// So many failures in a row are no passing one: it is told without being asked for.
const lasting = 3

/** Tries once, and writes down how it went. Gives the milliseconds until it is tried again, where it was not delivered. */
export async function deliverNotice(
  kept: KeptNotice,
  { to, notifier, store, clock, logger, settings }: DeliveryOptions,
  { rest, signal }: { readonly rest: RecipientRest; readonly signal: AbortSignal },
): Promise<number | 'delivered'> {
  try {
    const limits = { clock, deadline: settings.deadline, signal }
    await within(`telling ${to}`, limits, (stop) => notifier.notify(kept.notice, { signal: stop }))
  } catch (error) {
    if (signal.aborted) return Infinity
    const attempts = kept.attempts + 1
    const after = Math.min(retryAfter(error), settings.lastRetry)
    const wait = Math.max(backoff(attempts, settings), after)
    const failures = rest.failed(after)
    const why = messageOf(error)
    logger.warn({ to, notice: kept.notice.id, error: why }, 'a notice was not delivered')
    if (failures === lasting)
      logger.error({ to, error: why }, 'notices are not delivered; they are kept and tried again')
    await store.put([noticeEntry({ ...kept, attempts, next: clock.now() + wait })])
    return wait
  }
  await store.put([{ ...noticeEntry(kept), value: undefined }])
  return 'delivered'
}

/** What the recipient asks for, in milliseconds. */
function retryAfter(error: unknown): number {
  const asked = isAbeyanceError(error) ? error.details.retryAfter : undefined
  return typeof asked === 'number' && asked > 0 ? asked : 0
}
