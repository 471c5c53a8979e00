import { messageOf } from '../core/error.ts'
import { tag, type Tag } from '../core/ids.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import { cleanPrefix } from './cleaner.ts'
import type { Station } from './station.ts'
import { within } from './within.ts'

/** Removes the folders of one destination whose time has come; one that could not be removed is tried again next time (rule J8). */
export async function cleanUp({
  destination,
  store,
  clock,
  logger,
  settings,
  signal,
}: Station): Promise<void> {
  const due = new Map<Tag, string>()
  for await (const { key, value } of store.all('workspace', `${cleanPrefix}${destination.name}/`))
    if (isDue(value, clock.now())) due.set(tag(value['tag']), key)
  if (due.size === 0) return
  try {
    const limits = { clock, deadline: settings.cancelDeadline, signal }
    await within(`cleaning up on ${destination.name}`, limits, (ours) =>
      destination.runner.clean([...due.keys()], { signal: ours }),
    )
    await store.put([...due.values()].map((key) => ({ kind: 'workspace', key, value: undefined })))
  } catch (error) {
    const about = { destination: destination.name, error: messageOf(error) }
    logger.warn(about, 'folders could not be removed and are tried again')
  }
}

function isDue(value: Json, now: number): value is { tag: string; due: number } {
  return (
    isJsonObject(value) &&
    typeof value['tag'] === 'string' &&
    typeof value['due'] === 'number' &&
    value['due'] <= now
  )
}
