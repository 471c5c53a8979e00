import { isDeepStrictEqual } from 'node:util'
import { AbeyanceError, isAbeyanceError } from '../core/error.ts'
import { isJsonObject, type JsonObject } from '../core/json.ts'
import { machineOf } from '../modules/machine-port.ts'
import type { ModuleCatalog } from '../pipeline/module-kind.ts'
import type { SuspensionRequest } from '../engine/surroundings.ts'
import type { DestinationDefaults } from '../runners/destination-defaults.ts'
import type { AddsOf } from '../signatures/sign-one.ts'
import { route } from './route.ts'
import type { Routes } from './routes.ts'

/** What the destinations of a run add to modules that have that signed (rule S5): of where each would go. */
export function addsOf(routes: Routes, overrides: Readonly<Record<string, string>>): AddsOf {
  return (module, path) => {
    const { type, parameters } = module
    const hasImage = typeof parameters['container'] === 'string'
    const settings = { ...module.settings, ...machineOf(module) }
    const name = chosen(routes, { type, module: path, settings, hasImage }, overrides)
    const environment = isJsonObject(parameters['environment']) ? parameters['environment'] : {}
    return name === undefined ? undefined : additions(routes, name, { hasImage, environment })
  }
}

/** A choice that cannot be made is told where the job would be submitted, and keeps nothing else from being signed. */
function chosen(...asked: Parameters<typeof route>): string | undefined {
  try {
    return route(...asked).name
  } catch (error) {
    if (isAbeyanceError(error)) return undefined
    throw error
  }
}

/** Refuses a job that would run, now or after a rule sent it elsewhere, with other additions than those that were signed. */
export function assertAsSigned(
  { routes, catalog }: { readonly routes: Routes; readonly catalog: ModuleCatalog },
  { type, module, own, settings, spec }: SuspensionRequest,
  overrides: Readonly<Record<string, string>>,
): void {
  if (!(own.signDestination ?? catalog.get(type)?.signDestination)) return
  const hasImage = spec.container !== undefined
  const signed = route(routes, { type, module, settings: own, hasImage }, overrides).name
  const going = route(routes, { type, module, settings, hasImage }, overrides).name
  const { resubmit = [] } = routes.destinations.get(going)?.adds ?? {}
  const rules = [...(settings.retry ?? []), ...resubmit]
  for (const other of [going, ...rules.flatMap(({ destination }) => destination ?? [])]) {
    const job = { hasImage, environment: {} }
    if (isDeepStrictEqual(additions(routes, other, job), additions(routes, signed, job))) continue
    throw new AbeyanceError(
      'invalid-configuration',
      `${module}: what ${signed} adds to it is signed (\`signDestination\`), and \`${other}\`, where it may go, adds something else: name one destination at the module, or give both the same environment, modules and image`,
    )
  }
}

interface Job {
  readonly hasImage: boolean
  readonly environment: JsonObject
}

/** What of a destination's reaches the job; undefined where nothing does, so that asking alone changes no signature. */
function additions(
  { destinations }: Routes,
  name: string,
  { hasImage, environment: own }: Job,
): JsonObject | undefined {
  const { environment = {}, load = [], container }: DestinationDefaults = destinations.get(name)?.adds ?? {}
  const variables = Object.entries(environment).filter(([variable]) => !Object.hasOwn(own, variable))
  const image = hasImage ? undefined : container?.image
  if (variables.length + load.length === 0 && image === undefined) return undefined
  return {
    ...(variables.length > 0 && { environment: Object.fromEntries(variables) }),
    ...(load.length > 0 && { load }),
    ...(image !== undefined && { image }),
  }
}
