import type { Notice } from '../notifiers/notifier.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import { noticeIdOf } from './job-notices.ts'
import { noticeEntry, type KeptNotice } from './kept-notice.ts'

/** Many notices become one, on disk first, so that it keeps its id over all deliveries. Gives the key it is kept under. */
export async function gatherDigest(
  collected: readonly KeptNotice[],
  { to, store, clock }: Pick<DeliveryOptions, 'to' | 'store' | 'clock'>,
): Promise<string> {
  const now = clock.now()
  const digest = noticeEntry({ notice: digestOf(collected, now), to, attempts: 0, next: now })
  const gone = collected.map((kept) => ({ ...noticeEntry(kept), value: undefined }))
  await store.put([digest, ...gone])
  return digest.key
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
