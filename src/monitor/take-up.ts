import { messageOf } from '../core/error.ts'
import { jobKey } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { RecordStore } from '../records/record-store.ts'
import { asJob } from './kept-job.ts'
import { openJob, type OpenJob } from './roster.ts'

/** Goes through all records once, as after a restart; one that cannot be read keeps no other job from being watched (rule M3). */
export async function takeUp(
  { store, logger, known }: { store: RecordStore; logger: Logger; known: ReadonlySet<string> },
  hold: (job: OpenJob) => void,
): Promise<void> {
  for await (const { key, value } of store.all('job'))
    try {
      const open = openJob(asJob(key, value))
      if (open === undefined) continue
      // The strings that are held anyway: a parsed copy of each would be a large part of what a job costs (rule M7).
      const destination = [...known].find((name) => name === open.destination)
      if (destination !== undefined) hold({ ...open, key: jobKey(key), destination })
      else logger.warn({ job: key, destination: open.destination }, 'no such destination: not watched')
    } catch (error) {
      logger.error({ job: key, error: messageOf(error) }, 'a record cannot be read; the others go on')
    }
}
