import { AbeyanceError } from '../core/error.ts'
import type { JsonObject } from '../core/json.ts'
import type {
  ports,
  Builder,
  ModuleShape,
  OutputPort,
  OutputPorts,
  Shape,
  TypedPipeline,
  Usable,
} from './connection.ts'
import type { ModuleKind } from './module-kind.ts'
import {
  given,
  type Given,
  type MapShape,
  type Module,
  type OutputReference,
  type PipelineInput,
  type Source,
  type Tolerance,
} from './pipeline.ts'
import {
  defaultOf,
  isOptional,
  portTypeOf,
  type Ports,
  type PortsGiven,
  type PortsTaken,
  type Schema,
} from './ports.ts'
import { listOf } from './read-source.ts'
import type { Settings } from './settings.ts'
import { assertValid } from './validate.ts'

// The one file where `as` is allowed: here what the compiler knows of ports meets plain data.

/**
 * Builds a pipeline: `build` adds modules and returns the pipeline's outputs. A wrong connection does not compile.
 * @throws `invalid-pipeline` with all that the compiler cannot see: a name used twice, a list in a script
 */
export function pipeline<const P extends Ports, O>(
  name: string,
  inputs: P,
  build: (
    builder: Builder,
    inputs: OutputPorts<PortsTaken<P>>,
  ) => { readonly [K in keyof O]: OutputPort<O[K]> },
): TypedPipeline<PortsGiven<P>, O> {
  const draft: Draft = { sources: new WeakMap(), modules: [] }
  const builder = {
    add: (id, type, given, settings) => addModule(draft, { id, type, given, settings }),
    map: (id, type, over, given, settings) =>
      addModule(draft, { id, type, given, settings, over: [over].flat() }),
  } as Builder
  const free = Object.fromEntries(
    Object.keys(inputs).map((port) => [port, newPort(draft, { kind: 'input', input: port })]),
  )
  const outputs = build(builder, free as OutputPorts<PortsTaken<P>>)
  const built = Object.freeze({
    abeyance: 1 as const,
    name,
    inputs: Object.fromEntries(Object.entries(inputs).map(([port, schema]) => [port, inputOf(schema)])),
    modules: Object.freeze(draft.modules),
    outputs: sourcesOf(outputs, (value, port) => outputReference(name, port, value, draft)),
  })
  assertValid(built, (module) => kinds.get(module))
  return built as TypedPipeline<PortsGiven<P>, O>
}

/** A module type as the builder takes it, with the types of its ports. */
export function shapeOf<I, O>(shape: Omit<ModuleShape, typeof ports>): ModuleShape<I, O> {
  return shape as ModuleShape<I, O>
}

/** A pipeline while it is built. */
interface Draft {
  /** What each port that was handed out stands for. */
  readonly sources: WeakMap<object, Source>
  readonly modules: Module[]
}

interface Addition {
  readonly id: string
  readonly type: Usable<unknown, unknown>
  readonly given: object
  readonly settings: Asked | undefined
  readonly over?: readonly PropertyKey[]
}

type Asked = Settings &
  Partial<Omit<Shape, 'replicate'>> & {
    readonly replicate?: number | boolean
    readonly as?: 'zip' | 'cross'
    readonly onElementFailure?: Tolerance
  }

// Tells an output of another pipeline from plain data.
const everyPort = new WeakSet<object>()
// Of the modules of all pipelines built here: a group's are asked for its outputs' types.
const kinds = new WeakMap<Module, ModuleKind>()

function addModule(draft: Draft, { id, type, given, settings, over }: Addition) {
  const { replicate, when, as, onElementFailure, ...own } = settings ?? {}
  const map: MapShape | undefined = over && {
    over: over.map(String),
    as: as ?? 'zip',
    onElementFailure: onElementFailure ?? 'fail',
    ...(replicate === true && { replicate }),
  }
  const condition = when && toSource(when, `${id}: when`, draft)
  const module = Object.freeze<Module>({
    ...partOf(id, type, own),
    inputs: sourcesOf(given, (value, port) => toSource(value, `${id}.${port}`, draft)),
    ...(map !== undefined && { map }),
    ...(condition !== undefined && { when: condition }),
    ...(typeof replicate === 'number' && { replicate }),
  })
  draft.modules.push(module)
  if (!isPipeline(type)) kinds.set(module, type.kind)
  return outputsOf(type, (port) => newPort(draft, { kind: 'output', module: id, port }))
}

function newPort(draft: Draft, source: Source): OutputPort<unknown> {
  const port = Object.freeze({}) as OutputPort<unknown>
  draft.sources.set(port, source)
  everyPort.add(port)
  return port
}

function partOf(id: string, type: Usable<unknown, unknown>, settings: Settings): Omit<Module, 'inputs'> {
  if (isPipeline(type)) return { id, type: 'group', version: 1, parameters: {}, settings, group: type }
  const joined = { ...type.settings, ...settings }
  return { id, type: type.type, version: type.version, parameters: type.parameters ?? {}, settings: joined }
}

function isPipeline(type: Usable<unknown, unknown>): type is TypedPipeline {
  return 'modules' in type
}

function outputsOf(type: Usable<unknown, unknown>, port: (name: string) => OutputPort<unknown>) {
  const outputs = isPipeline(type) ? type.outputs : type.kind.ports(type.parameters ?? {}).outputs
  return Object.fromEntries(Object.keys(outputs).map((name) => [name, port(name)]))
}

function inputOf(schema: Schema): PipelineInput {
  const preset = defaultOf(schema)
  return {
    type: portTypeOf(schema),
    ...(preset !== undefined && { default: toGiven(preset, 'the default of an input') }),
    ...(preset === undefined && isOptional(schema) && { optional: true }),
  }
}

function sourcesOf<S>(
  values: object,
  read: (value: unknown, port: string) => S | undefined,
): Record<string, S> {
  const entries = Object.entries(values).map(([port, value]) => [port, read(value, port)] as const)
  return Object.fromEntries(
    entries.flatMap(([port, source]) => (source === undefined ? [] : [[port, source]])),
  )
}

function toSource(value: unknown, path: string, draft: Draft): Source | undefined {
  if (value === undefined) return undefined
  const connected = typeof value === 'object' && value !== null ? draft.sources.get(value) : undefined
  if (connected !== undefined) return connected
  if (!Array.isArray(value)) return { kind: 'given', given: toGiven(value, path) }
  return listOf(
    value.map(
      (one: unknown, index) =>
        toSource(one, `${path}[${index}]`, draft) ?? refuse(`${path}[${index}] is undefined`),
    ),
  )
}

function toGiven(value: unknown, path: string, within: readonly object[] = []): Given {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number')
    return Number.isFinite(value) ? value : refuse(`${path} is ${value}, which JSON cannot hold`)
  if (typeof value !== 'object')
    return refuse(`${path} is a ${typeof value}; give it JSON, a file or an output of this pipeline`)
  if (within.includes(value)) return refuse(`${path} holds itself, which JSON cannot`)
  const inside = [...within, value]
  if (given in value) return Object.freeze({ ...value }) as Given
  if (Array.isArray(value))
    return value.map((one: unknown, index) => toGiven(one, `${path}[${index}]`, inside))
  if (everyPort.has(value))
    return refuse(
      `${path} is given an output of another pipeline, or one inside an object; connect it as a whole value or in a list`,
    )
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value)))
    return refuse(`${path} is a ${value.constructor.name}, which JSON cannot hold; give it plain data`)
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) =>
      one === undefined ? [] : [[key, toGiven(one, `${path}.${key}`, inside)]],
    ),
  ) as JsonObject
}

function outputReference(name: string, port: string, value: unknown, draft: Draft): OutputReference {
  const source = typeof value === 'object' && value !== null ? draft.sources.get(value) : undefined
  if (source?.kind === 'output') return source
  return refuse(`output \`${port}\` of pipeline \`${name}\` is no output of one of its modules`)
}

function refuse(message: string): never {
  throw new AbeyanceError('invalid-pipeline', message)
}
