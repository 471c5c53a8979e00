import { availableParallelism } from 'node:os'
import { isAbeyanceError } from '../core/error.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { DestinationLimits } from '../workspace/destination-limits.ts'
import type { OpenOptions } from '../workspace/open-options.ts'
import type { Session } from './session.ts'

/** A job that is written down and not sent: its destination has no place for it yet. A retry that has its delay before it waits for that. */
export function waitsForPlace({ state }: Pick<JobRecord, 'state'>, now = Date.now()): boolean {
  return state.kind === 'submitting' && state.intent === undefined && (state.notBefore ?? 0) <= now
}

/** `waiting for a place on hpc (20 jobs at once)`. */
export function placeWords(destination: string, limits: DestinationLimits | undefined): string {
  const said = limits === undefined ? [] : limitWords(limits)
  return `waiting for a place on ${destination}${said.length === 0 ? '' : ` (${said.join(', ')})`}`
}

/** What is known of the limits of each destination, as the configuration has them. */
export type LimitsOf = (destination: string) => DestinationLimits | undefined

/** For commands that only read: a configuration that is wrong hides no job. */
export async function knownLimits(session: Session): Promise<LimitsOf> {
  const { readSettings } = await import('./drive.ts')
  try {
    return limitsIn(await readSettings(session, { code: false }))
  } catch (error) {
    if (!isAbeyanceError(error)) throw error
    return limitsIn({})
  }
}

export function limitsIn({ destinations = {} }: OpenOptions): LimitsOf {
  return (name) => (Object.hasOwn(destinations, name) ? destinations[name]?.limits : usual(name))
}

/** Without a limit of its own, this machine takes what its cores and memory allow. */
function usual(name: string): DestinationLimits | undefined {
  return name === 'local' ? { cores: availableParallelism() } : undefined
}

function limitWords({ jobs, cores, memory, submissionsPerMinute }: DestinationLimits): readonly string[] {
  return [
    ...(jobs === undefined ? [] : [`${jobs} ${jobs === 1 ? 'job' : 'jobs'} at once`]),
    ...(cores === undefined ? [] : [`${cores} ${cores === 1 ? 'core' : 'cores'}`]),
    ...(memory === undefined ? [] : [memory]),
    ...(submissionsPerMinute === undefined ? [] : [`${submissionsPerMinute} submissions a minute`]),
  ]
}
