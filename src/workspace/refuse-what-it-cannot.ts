import { AbeyanceError } from '../core/error.ts'
import { isReason, reasons } from '../core/reason.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import type { RetryRule } from '../pipeline/settings.ts'
import type { Routed, Routes } from './routes.ts'

/** What a destination cannot express is an error before anything runs, not silence; the same of those that rules may send a job to. */
export function refuseWhatItCannot(routes: Routes, job: Routed, name: string): void {
  const adds = routes.destinations.get(name)?.adds ?? {}
  refuseAt(routes, job, name)
  for (const rule of [...(job.settings.retry ?? []), ...(adds.resubmit ?? [])]) {
    refuseRule(routes, job, rule)
    if (rule.destination !== undefined) refuseAt(routes, job, rule.destination)
  }
}

function refuseAt({ destinations }: Routes, { module, settings, hasImage }: Routed, name: string): void {
  const destination = destinations.get(name)
  if (!destination) return
  const { runner, adds } = destination
  const resources = { ...adds.resources, ...settings.resources }
  const asked = Object.entries(resources).filter(([, value]) => value !== undefined)
  const cannot = asked.find(([resource]) => runner.cannot.includes(resource))
  if (cannot)
    throw new AbeyanceError(
      'unsupported',
      `${module}: \`${cannot[0]}\` means nothing to ${name}, which is a ${runner.kind} runner; remove it or choose another destination`,
    )
  if (hasImage && adds.container === undefined)
    throw new AbeyanceError(
      'unsupported',
      `${module}: ${name} has no container runtime for its image; add \`container: { runtime: … }\` to it or choose another destination`,
    )
}

function refuseRule({ destinations }: Routes, { module }: Routed, { on, destination }: RetryRule): void {
  const unknown = on.find((reason: string) => !isReason(reason))
  if (unknown !== undefined)
    throw new AbeyanceError(
      'invalid-value',
      `${module}: retry on \`${unknown}\`: there is no such reason; known: ${reasons.join(', ')}`,
    )
  if (destination === undefined || destinations.has(destination)) return
  const known = [...destinations.keys()]
  throw new AbeyanceError(
    'unknown-destination',
    `${module}: a retry rule sends it to \`${destination}\`, which is not there${didYouMean(destination, known)}; known: ${known.join(', ')}`,
  )
}
