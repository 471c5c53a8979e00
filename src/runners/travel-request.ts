import type { Tag } from '../core/ids.ts'
import type { RequestOptions } from '../transports/transport.ts'
import type { CallOptions, Travel } from './runner.ts'

/** Long enough for a large file over a slow line; what takes longer is tried again from what is there. */
const deadline = 3_600_000

/** A request in which files of a job travel, and which tells how far they have come. */
export function travelRequest(
  tag: Tag,
  way: Travel['way'],
  { signal, travelled }: CallOptions,
): RequestOptions {
  return {
    deadline,
    ...(signal && { signal }),
    ...(travelled && {
      progress: (done, total) => travelled(tag, { way, done, total: Math.max(done, total) }),
    }),
  }
}
