import { systemClock, type Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import { cleanRecords, type CleanRecord } from '../monitor/cleaner.ts'
import { readableJobs } from '../monitor/kept-job.ts'
import { within } from '../monitor/within.ts'
import type { Readable } from '../records/kept-run.ts'
import type { RecordReader } from '../records/read-lowdb.ts'
import type { AttemptDisk, DiskUse } from './disk-report.ts'
import type { OpenDestination } from './open-destinations.ts'
import type { OpenOptions } from './open-options.ts'

export interface DiskContext {
  readonly store: Readable
  readonly destinations: ReadonlyMap<string, OpenDestination>
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Asks each machine once, all of them at the same time, for `deadline` milliseconds at most. */
export async function diskUse(
  context: DiskContext,
  { deadline = 60_000 }: { readonly deadline?: number } = {},
): Promise<readonly DiskUse[]> {
  const attempts = await attemptsOf(context.store)
  const waiting: CleanRecord[] = []
  for await (const record of cleanRecords(context.store)) waiting.push(record)
  return Promise.all(
    placesOf(context.destinations).map(async ([first, ...others]) => {
      const destinations = [first, ...others].map(({ name }) => name)
      const toRemove = waiting.filter(({ destination }) => destinations.includes(destination))
      const found = await measure(first, attempts, context, deadline)
      return { destinations, host: first.settings.transport.name, found, toRemove }
    }),
  )
}

/** The same for a process that does not drive: it goes to the machines by ways of its own. */
export async function diskBeside(
  reader: RecordReader,
  hosts: { destinations(): Promise<DiskContext['destinations']> },
  { clock = systemClock, signal = new AbortController().signal }: Pick<OpenOptions, 'clock' | 'signal'>,
  how?: Parameters<typeof diskUse>[1],
): Promise<readonly DiskUse[]> {
  await reader.refresh()
  return diskUse({ store: reader, destinations: await hosts.destinations(), clock, signal }, how)
}

type Place = [OpenDestination, ...OpenDestination[]]

/** Destinations by machine and work folder: two queues of one cluster are one place. */
function placesOf(destinations: DiskContext['destinations']): readonly Place[] {
  const places = new Map<string, Place>()
  for (const destination of destinations.values()) {
    const { transport, workFolder } = destination.settings
    const at = `${transport.name}\n${workFolder}`
    const place = places.get(at)
    if (place) place.push(destination)
    else places.set(at, [destination])
  }
  return [...places.values()]
}

async function attemptsOf(store: Readable): Promise<ReadonlyMap<string, NonNullable<AttemptDisk['job']>>> {
  const attempts = new Map<string, NonNullable<AttemptDisk['job']>>()
  for await (const { key, name, earlier, ...last } of readableJobs(store))
    for (const { tag, attempt } of [...earlier, last]) attempts.set(tag, { key, name, attempt })
  return attempts
}

async function measure(
  { name, runner }: OpenDestination,
  attempts: Awaited<ReturnType<typeof attemptsOf>>,
  { clock, signal }: DiskContext,
  deadline: number,
): Promise<DiskUse['found']> {
  if (!runner.disk) return { kind: 'unsupported' }
  const ask = runner.disk.bind(runner)
  try {
    const limits = { clock, deadline, signal }
    const disk = await within(`measuring the folders on ${name}`, limits, (ours) => ask({ signal: ours }))
    const sizes = [...disk.attempts].map(([tag, bytes]) => {
      const job = attempts.get(tag)
      return { tag, bytes, ...(job && { job }) }
    })
    return { kind: 'measured', ...disk, attempts: sizes.toSorted((one, other) => other.bytes - one.bytes) }
  } catch (error) {
    return { kind: 'unreachable', why: messageOf(error) }
  }
}
