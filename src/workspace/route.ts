import { AbeyanceError } from '../core/error.ts'
import type { DestinationDefaults } from '../runners/destination-defaults.ts'
import { refuseWhatItCannot } from './refuse-what-it-cannot.ts'
import type { Routed, Routes } from './routes.ts'

/** Where a job goes: the first that speaks of the run, the module, its tags, its type, the default. Not signed. */
export function route(
  routes: Routes,
  job: Routed,
  overrides: Readonly<Record<string, string>>,
): { readonly name: string; readonly why: string } {
  const chosen = choose(routes, job, overrides)
  const destination = routes.destinations.get(chosen.name)
  if (!destination) {
    const known = [...routes.destinations.keys()].join(', ')
    throw new AbeyanceError(
      'unknown-destination',
      `${job.module}: there is no destination \`${chosen.name}\` (${chosen.why}); known: ${known}`,
    )
  }
  refuseWhatItCannot(routes, job, chosen.name)
  const { runner, adds, goAlone } = destination
  const alone = goAlone === true ? `; without job arrays, which ${runner.kind} does not have here` : ''
  return { ...chosen, why: chosen.why + elsewhere(job, adds, chosen.name) + alone }
}

/** Where rules send a job that fails there. */
function elsewhere({ settings }: Routed, { resubmit = [] }: DestinationDefaults, name: string): string {
  return [...(settings.retry ?? []), ...resubmit]
    .filter(({ destination = name }) => destination !== name)
    .map(({ on, destination }) => `; after ${on.join(' or ')}: ${destination}`)
    .join('')
}

function choose(
  routes: Routes,
  { type, module, settings }: Routed,
  overrides: Readonly<Record<string, string>>,
) {
  const override = overrides[module] ?? overrides[outermost(module)] ?? overrides['*']
  if (override !== undefined) return { name: override, why: 'this run says so' }
  if (settings.destination !== undefined) return { name: settings.destination, why: 'the module says so' }
  const { tags } = settings
  if (tags && tags.length > 0) return byTags(routes, module, tags)
  const typed = routes.byType[type]
  if (typed !== undefined) return { name: typed, why: `the route of ${type}` }
  return { name: routes.default, why: 'the default' }
}

function byTags(routes: Routes, module: string, tags: readonly string[]) {
  for (const [name, destination] of routes.destinations) {
    if (tags.every((tag) => destination.tags.includes(tag)))
      return { name, why: `it has ${tags.map((tag) => `\`${tag}\``).join(' and ')}` }
  }
  throw new AbeyanceError(
    'unknown-destination',
    `${module}: no destination has the tags ${tags.join(', ')}; add them to one in abeyance.yaml`,
  )
}

/** `digest` of `digest[3]`, `clean` of `clean/trim`. */
function outermost(module: string): string {
  return /^[^/[]+/.exec(module)?.[0] ?? module
}
