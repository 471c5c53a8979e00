import type { Resources, RetryRule } from '../pipeline/settings.ts'
import type { Container } from './container-settings.ts'
import type { JobSpec } from './job-spec.ts'

/** What a destination adds to each job that goes there, where its module does not say otherwise (rule S5). */
export interface DestinationDefaults {
  readonly resources?: Resources
  readonly environment?: Readonly<Record<string, string>>
  /** Environment modules to load, before those of a module. */
  readonly load?: readonly string[]
  readonly container?: Container
  /** After the retry rules of a module; such a rule may send the next attempt elsewhere. */
  readonly resubmit?: readonly RetryRule[]
}

/** A job as its module asks for it: another destination adds to this one what is its own. */
export interface AskedJob extends Pick<JobSpec, 'resources' | 'environment' | 'load' | 'container'> {
  readonly retry: readonly RetryRule[]
}

export interface FittedJob {
  readonly spec: JobSpec
  readonly retry: readonly RetryRule[]
  /** There where the destination added anything. */
  readonly asked?: AskedJob
}

/** The job as it runs on a destination with these defaults. */
export function fitJob(
  spec: JobSpec,
  asked: AskedJob,
  { resources, environment, load = [], container, resubmit = [] }: DestinationDefaults,
): FittedJob {
  const { runtime: _, container: __, otherwise: ___, ...rest } = spec
  const image = asked.container ?? container?.image
  const fitted = {
    ...rest,
    ...(spec.run.kind === 'batch'
      ? { resources: asked.resources, ...(resources && { otherwise: resources }) }
      : { resources: { ...resources, ...asked.resources } }),
    environment: { ...environment, ...asked.environment },
    load: [...new Set([...load, ...asked.load])],
    ...(image !== undefined && { container: image }),
    ...(image !== undefined && container && { runtime: runtimeOf(container) }),
  }
  const adds = resources ?? environment ?? container
  const isChanged = adds !== undefined || load.length > 0 || resubmit.length > 0
  return { spec: fitted, retry: [...asked.retry, ...resubmit], ...(isChanged && { asked }) }
}

/** What of a job its module asked for, where no destination has added to it yet. */
export function askedJob(
  { resources, environment, load, container }: JobSpec,
  retry: readonly RetryRule[],
): AskedJob {
  return { resources, environment, load, retry, ...(container !== undefined && { container }) }
}

function runtimeOf({ runtime, program, flags }: Container): NonNullable<JobSpec['runtime']> {
  return { name: runtime, ...(program !== undefined && { program }), ...(flags && { flags }) }
}
