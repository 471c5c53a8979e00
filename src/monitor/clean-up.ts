import { messageOf } from '../core/error.ts'
import { tag, type Tag } from '../core/ids.ts'
import type { CleanAnswer } from '../runners/runner.ts'
import { calendar } from './calendar.ts'
import { cleanEntry, cleanRecords, type CleanRecord } from './cleaner.ts'
import type { Station } from './station.ts'
import { within } from './within.ts'

/** What a clean-up came to on one destination. */
export interface Cleaning {
  readonly destination: string
  /** Whose folders were there and are gone. */
  readonly removed: readonly Tag[]
  /** What that freed on its disk, as far as the destination can tell. */
  readonly bytes: number
  readonly left: readonly { readonly tag: Tag; readonly why: string }[]
  /** When what is left is tried again by whoever drives, in ms since 1970. */
  readonly again?: number
}

/** Removes the folders of one destination whose time has come; one that could not be removed is tried again next time (rule J8). */
export async function cleanUp(station: Station): Promise<Cleaning> {
  const { destination, store, clock, logger, settings, signal } = station
  const due: CleanRecord[] = []
  for await (const record of cleanRecords(store, destination.name))
    if (record.due <= clock.now()) due.push(record)
  if (due.length === 0) return { destination: destination.name, removed: [], bytes: 0, left: [] }
  try {
    const limits = { clock, deadline: settings.cancelDeadline, signal }
    const answer = await within(`cleaning up on ${destination.name}`, limits, (ours) =>
      destination.runner.clean(
        due.map((record) => tag(record.tag)),
        { signal: ours },
      ),
    )
    return await note(station, due, answer, 'something of it runs there, or may: cancel the job first')
  } catch (error) {
    const why = messageOf(error)
    logger.warn(
      { destination: destination.name, error: why },
      'folders could not be removed and are tried again',
    )
    const left = due.map((record) => tag(record.tag))
    return note(station, due, { removed: [], bytes: 0, left }, why)
  }
}

/** On disk: what is gone, and of what is left, why. */
async function note(
  { destination, store, clock, settings }: Station,
  due: readonly CleanRecord[],
  { removed, bytes, left }: CleanAnswer,
  why: string,
): Promise<Cleaning> {
  const stays = new Set<string>(left)
  const at = clock.now()
  await store.put(
    due.map((record) => {
      if (!stays.has(record.tag)) return cleanEntry(record)
      const times = (record.failed?.times ?? 0) + 1
      return cleanEntry(record, { due: record.due, failed: { at, why, times } })
    }),
  )
  const again = left.length === 0 ? undefined : await calendar(settings.cleanUp).nextAfter(at)
  return {
    destination: destination.name,
    removed,
    bytes,
    left: left.map((one) => ({ tag: one, why })),
    ...(again !== undefined && { again }),
  }
}
