import type { Submission } from '../runner.ts'
import type { Hold } from './hold.ts'
import type { Requirement, SubmitCall } from './server.ts'

/** A job, and who loads what it needs. */
export interface Loading {
  /** With nothing left to load, where the server does it. */
  readonly job: Submission
  readonly call: Pick<SubmitCall, 'dependencies'>
  /** Of the `job` folder: the names to look for, since a server passes over what it cannot load. */
  readonly files: Readonly<Record<string, string>>
  /** The command gets what was loaded around it. */
  readonly keeps?: 'all'
}

/** Has `load: [samtools/1.19]` done by the server, where the destination says so. */
export function loading({ dependencies: by }: Pick<Hold, 'dependencies'>, job: Submission): Loading {
  const { load } = job.spec
  if (by !== 'server' || load.length === 0) return { job, call: {}, files: {} }
  const dependencies = load.map(asRequirement)
  const lines = load.map((what, place) => `${dependencies[place]?.name} ${what}`)
  return {
    job: { ...job, spec: { ...job.spec, load: [] } },
    call: { dependencies },
    files: { dependencies: lines.join('\n') },
    keeps: 'all',
  }
}

/** `samtools/1.19`, or a name alone. */
function asRequirement(what: string): Requirement {
  const [name = '', ...version] = what.trim().split('/')
  return { name, version: version.length === 0 ? null : version.join('/') }
}
