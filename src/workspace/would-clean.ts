import { tag, type JobKey } from '../core/ids.ts'
import type { Cleaning } from '../monitor/clean-up.ts'
import { readJob } from '../monitor/kept-job.ts'
import type { JobRecord } from '../records/job-record.ts'
import { diskUse } from './disk-use.ts'
import type { Interior } from './interior.ts'

/** What a clean-up would try, with what that would free as far as the machines can tell it; one that does not answer is told. */
export async function wouldClean(
  interior: Interior,
  discarded: readonly JobKey[],
): Promise<readonly Cleaning[]> {
  const jobs: JobRecord[] = []
  for (const key of discarded) {
    const job = await readJob(interior.store, key)
    if (job) jobs.push(job)
  }
  const due = await interior.monitor.due(jobs)
  if (due.length === 0) return []
  const asked = new Set(due.map(({ destination }) => destination))
  const destinations = new Map([...interior.destinations].filter(([name]) => asked.has(name)))
  const disks = await diskUse({ ...interior, destinations })
  return [...asked].map((destination) => {
    const tags = due.filter((record) => record.destination === destination).map((record) => tag(record.tag))
    const found = disks.find((disk) => disk.destinations.includes(destination))?.found
    if (found?.kind !== 'measured')
      return {
        destination,
        removed: tags,
        bytes: 0,
        ...(found?.kind === 'unreachable' ? notSeen(tags, found) : { left: [] }),
      }
    const sizes = new Map(found.attempts.map((attempt) => [attempt.tag, attempt.bytes]))
    const there = tags.filter((one) => sizes.has(one))
    const bytes = there.reduce((sum, one) => sum + (sizes.get(one) ?? 0), 0)
    return { destination, removed: there, bytes, left: [] }
  })
}

function notSeen(
  tags: Cleaning['removed'],
  { why }: { readonly why: string },
): Pick<Cleaning, 'removed' | 'left'> {
  return { removed: [], left: tags.map((one) => ({ tag: one, why })) }
}
