import { AbeyanceError } from '../core/error.ts'
import { modulePath, type ModulePath } from '../core/ids.ts'
import type { FlatModule, Graph, Wire } from './graph.ts'
import { inheritSettings } from './inherit-settings.ts'
import { wrapMapped } from './map-body.ts'
import type { ModuleCatalog } from './module-kind.ts'
import { didYouMean } from './nearest.ts'
import { findCircle, orderModules } from './order-modules.ts'
import type { Given, Module, Pipeline, Source } from './pipeline.ts'
import type { Settings } from './settings.ts'
import type { Value } from './value.ts'
import { wireOfList } from './wire-of-list.ts'

export interface UnfoldOptions {
  readonly catalog: ModuleCatalog
  /** The value of what a person gave: files and folders that it names are known by now. */
  readonly resolve: (given: Given) => Value
  /** What stands around: `clean[0]` for a copy of a map's body. */
  readonly around?: Around
}

/** What modules take over from the groups around them. */
export interface Around {
  readonly prefix: string
  readonly settings: Settings
  readonly when: readonly Wire[]
  readonly replicate: readonly number[]
}

const top: Around = { prefix: '', settings: {}, when: [], replicate: [] }

/**
 * The pipeline as it is signed and run (rules P4, P5): groups unfolded with path-qualified ids, its inputs replaced by
 * what `inputs` gives or their defaults, maps kept as one module each, in dependency order. Linear in the number of modules.
 * @throws `invalid-pipeline` for what validation reports; `invalid-value` for an input that is missing or not there.
 */
export function unfold(
  pipeline: Pipeline,
  inputs: Readonly<Record<string, Wire>>,
  options: UnfoldOptions,
): Graph {
  const modules = new Map<ModulePath, FlatModule>()
  const outputs = unfoldLevel({ pipeline, inputs, around: options.around ?? top, options, modules })
  return { modules, outputs }
}

interface Level {
  readonly pipeline: Pipeline
  readonly inputs: Readonly<Record<string, Wire>>
  readonly around: Around
  readonly options: UnfoldOptions
  /** Where all levels put their modules. */
  readonly modules: Map<ModulePath, FlatModule>
}

type Wires = Readonly<Record<string, Wire>>

function unfoldLevel(level: Level): Wires {
  const { pipeline, around, options } = level
  const bound = bindInputs(level)
  const groups = new Map<string, Wires>()
  const known = new Set(pipeline.modules.map(({ id }) => id))
  const wireOf = (source: Source): Wire | undefined => {
    switch (source.kind) {
      case 'given':
        return { kind: 'value', value: options.resolve(source.given) }
      case 'input':
        return bound[source.input]
      case 'list':
        return wireOfList(source.sources.map(wireOf).filter((wire) => wire !== undefined))
      case 'output': {
        const wires = groups.get(source.module)
        if (wires === undefined && known.has(source.module))
          return { kind: 'output', module: pathIn(around, source.module), port: source.port }
        return wires?.[source.port] ?? refuse(pipeline, `has no output \`${source.module}.${source.port}\``)
      }
    }
  }
  for (const module of inOrder(pipeline)) {
    const inputs = mapValues(module.inputs, wireOf)
    const inside = aroundOf(module, around, wireOf)
    if (module.group !== undefined && module.map === undefined)
      groups.set(module.id, unfoldLevel({ ...level, pipeline: module.group, inputs, around: inside }))
    else level.modules.set(modulePath(inside.prefix), flatten(module, inputs, inside, options.catalog))
  }
  return mapValues(pipeline.outputs, wireOf)
}

function bindInputs({ pipeline, inputs, options }: Level): Wires {
  const names = Object.keys(pipeline.inputs)
  const stranger = Object.keys(inputs).find((name) => !Object.hasOwn(pipeline.inputs, name))
  if (stranger !== undefined)
    refuse(pipeline, `has no input \`${stranger}\`${didYouMean(stranger, names)}`, 'invalid-value')
  const bound: Record<string, Wire> = {}
  for (const [name, input] of Object.entries(pipeline.inputs)) {
    const wire = inputs[name]
    if (wire !== undefined) bound[name] = wire
    else if (input.default !== undefined)
      bound[name] = { kind: 'value', value: options.resolve(input.default) }
    else if (input.optional !== true)
      refuse(pipeline, `needs its input \`${name}\`: give it a value or a default`, 'invalid-value')
  }
  return bound
}

function inOrder(pipeline: Pipeline): readonly Module[] {
  const { ordered, stuck } = orderModules(pipeline.modules)
  if (stuck.length > 0) refuse(pipeline, `goes in a circle: ${findCircle(stuck).join(' -> ')}`)
  return ordered
}

function aroundOf(module: Module, around: Around, wireOf: (source: Source) => Wire | undefined): Around {
  const when = module.when === undefined ? undefined : wireOf(module.when)
  return {
    prefix: pathIn(around, module.id),
    settings: inheritSettings(around.settings, module.settings),
    when: when === undefined ? around.when : [...around.when, when],
    replicate: module.replicate === undefined ? around.replicate : [...around.replicate, module.replicate],
  }
}

function flatten(module: Module, inputs: Wires, inside: Around, catalog: ModuleCatalog): FlatModule {
  return {
    path: modulePath(inside.prefix),
    type: module.type,
    version: module.version,
    parameters: module.parameters,
    inputs,
    settings: inside.settings,
    ...(inside.when.length > 0 && { when: inside.when }),
    ...replicateOf(inside.replicate),
    ...(module.map !== undefined && { map: wrapMapped(module, module.map, catalog) }),
  }
}

/** One number stands for itself, so that the usual case signs as it is written. */
export function replicateOf(all: readonly number[]): { replicate?: number | readonly number[] } {
  const [only, ...others] = all
  if (only === undefined) return {}
  return { replicate: others.length === 0 ? only : all }
}

function pathIn(around: Around, id: string): ModulePath {
  return modulePath(around.prefix === '' ? id : `${around.prefix}/${id}`)
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  of: (value: T) => U | undefined,
): Readonly<Record<string, U>> {
  const result: Record<string, U> = {}
  for (const [key, value] of Object.entries(record)) {
    const mapped = of(value)
    if (mapped !== undefined) result[key] = mapped
  }
  return result
}

function refuse(
  pipeline: Pipeline,
  what: string,
  code: 'invalid-pipeline' | 'invalid-value' = 'invalid-pipeline',
): never {
  throw new AbeyanceError(code, `pipeline \`${pipeline.name}\` ${what}`)
}
