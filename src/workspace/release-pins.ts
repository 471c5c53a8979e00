import { messageOf } from '../core/error.ts'
import { asJob } from '../monitor/kept-job.ts'
import { isFinal } from '../records/job-state.ts'
import { pinId, type Pin } from '../records/pins.ts'
import type { RecordKind } from '../records/record-store.ts'
import type { Interior } from './interior.ts'

/**
 * Lets go of what stays on destinations and no record names any more: there first, then here, so that whatever cannot be let go
 * of now is tried again. Gives what it let go of. The records are read once more: a run that began meanwhile may name it again.
 */
export async function releasePins(interior: Interior, pins: readonly Pin[]): Promise<readonly Pin[]> {
  if (pins.length === 0) return []
  const { destinations, store, signal, logger } = interior
  const released: Pin[] = []
  const unnamed = await withoutNamed(interior, pins)
  for (const destination of new Set(unnamed.map((pin) => pin.destination))) {
    const unpin = destinations.get(destination)?.runner.unpin
    const own = unnamed.filter((pin) => pin.destination === destination)
    try {
      if (!unpin) continue
      await unpin(
        own.map(({ digest }) => digest),
        { signal },
      )
      await store.remove(own.map(pinId))
      released.push(...own)
    } catch (error) {
      const about = { destination, error: messageOf(error) }
      logger.warn(about, 'files that nothing needs could not be let go of; the next gc tries again')
    }
  }
  return released
}

/** Without those that a record names; nor those of a destination where a job that leaves something there is open: it may be just that. */
async function withoutNamed({ store }: Interior, pins: readonly Pin[]): Promise<readonly Pin[]> {
  const unnamed = new Set(pins)
  const busy = new Set<string>()
  for (const kind of naming)
    for await (const { key, value } of store.all(kind)) {
      const text = JSON.stringify(value)
      for (const pin of unnamed) if (text.includes(pin.digest)) unnamed.delete(pin)
      if (kind !== 'job') continue
      const { state, spec, destination } = asJob(key, value)
      if (!isFinal(state) && Object.values(spec.outputs).some((output) => 'stays' in output))
        busy.add(destination)
    }
  return [...unnamed].filter(({ destination }) => !busy.has(destination))
}

const naming: readonly RecordKind[] = ['output', 'job', 'run']
