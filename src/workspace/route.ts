import { AbeyanceError } from '../core/error.ts'
import { reasons } from '../core/reason.ts'
import type { Settings } from '../pipeline/settings.ts'
import type { RunnerKind } from '../runners/runner.ts'

/** What the choice of a destination needs to know of each. */
export interface Routes {
  readonly destinations: ReadonlyMap<
    string,
    { readonly runner: RunnerKind; readonly tags: readonly string[] }
  >
  readonly default: string
  readonly byType: Readonly<Record<string, string>>
}

export interface Routed {
  readonly type: string
  readonly module: string
  readonly settings: Settings
}

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
  refuseWhatItCannot(job, chosen.name, destination.runner)
  return chosen
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

/** What a scheduler cannot express is an error, not silence. */
function refuseWhatItCannot({ module, settings }: Routed, name: string, runner: RunnerKind): void {
  const asked = Object.entries(settings.resources ?? {}).filter(([, value]) => value !== undefined)
  const cannot = asked.find(([resource]) => runner.cannot.includes(resource))
  if (cannot)
    throw new AbeyanceError(
      'unsupported',
      `${module}: \`${cannot[0]}\` means nothing to ${name}, which is a ${runner.kind} runner; remove it or choose another destination`,
    )
  for (const rule of settings.retry ?? []) {
    const unknown = rule.on.find((reason) => !reasons.includes(reason))
    if (unknown)
      throw new AbeyanceError(
        'invalid-value',
        `${module}: retry on \`${unknown}\`: there is no such reason; known: ${reasons.join(', ')}`,
      )
  }
}

/** `digest` of `digest[3]`, `clean` of `clean/trim`. */
function outermost(module: string): string {
  return /^[^/[]+/.exec(module)?.[0] ?? module
}
