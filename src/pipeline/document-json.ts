import type { Json, JsonObject } from '../core/json.ts'
import { documentFormat } from './migrate.ts'
import type { ModuleCatalog } from './module-kind.ts'
import { isList } from './fits.ts'
import type { PortType } from './port-type.ts'
import type { Given, MapShape, Module, Pipeline, PipelineInput, Source } from './pipeline.ts'
import { commandKeys, isCommand } from './command-keys.ts'
import { givenJson, sourceJson } from './source-json.ts'

export interface DocumentOptions {
  /** Where given, a module that is of the present version of its type does not say its version. */
  readonly catalog?: ModuleCatalog
}

/** The pipeline's document as plain JSON (rule P1): what a run keeps; groups stand in it. Nothing is lost. */
export function toDocumentJson(pipeline: Pipeline, options: DocumentOptions = {}): JsonObject {
  return { abeyance: documentFormat, ...bodyJson(pipeline, options) }
}

function bodyJson({ name, inputs, modules, outputs }: Pipeline, options: DocumentOptions): JsonObject {
  return {
    name,
    inputs: mapValues(inputs, inputJson),
    modules: Object.fromEntries(modules.map((module) => [module.id, moduleJson(module, options)])),
    outputs: mapValues(outputs, sourceJson),
  }
}

function inputJson({ type, default: preset, optional }: PipelineInput): Json {
  if (preset === undefined && optional === undefined) return type
  return {
    type,
    ...(preset !== undefined && { default: defaultJson(preset, type) }),
    ...(optional !== undefined && { optional }),
  }
}

// A text given to a file is read as the file's path.
function defaultJson(value: Given, type: PortType): Json {
  if (typeof value === 'string' && (type === 'file' || type === 'folder')) return { $literal: value }
  if (isList(value) && typeof type !== 'string') return value.map((one) => defaultJson(one, type[0]))
  return givenJson(value)
}

function moduleJson(module: Module, options: DocumentOptions): JsonObject {
  const { map, when, replicate, inputs, group } = module
  return {
    ...typeJson(module, options),
    ...(map !== undefined && { map: mapJson(map) }),
    ...(when !== undefined && { when: sourceJson(when) }),
    ...(Object.keys(inputs).length > 0 && { inputs: mapValues<Source, Json>(inputs, sourceJson) }),
    ...parametersJson(module),
    ...(replicate !== undefined && { replicate }),
    ...settingsJson(module),
    ...(group !== undefined && { group: bodyJson(group, options) }),
  }
}

function typeJson({ type, version, parameters, group }: Module, { catalog }: DocumentOptions): JsonObject {
  const shown = type === 'group' ? version !== 1 : catalog?.get(type)?.version !== version
  const implied =
    type === 'command'
      ? parameters.command !== undefined || parameters.script !== undefined
      : type === 'group' && group !== undefined
  return { ...(!implied && { type }), ...(shown && { version }) }
}

function mapJson({ over, as, onElementFailure, replicate }: MapShape): Json {
  const [first, ...others] = over
  const one = others.length === 0 && first !== undefined ? first : over
  if (typeof one === 'string' && as === 'zip' && onElementFailure === 'fail' && replicate === undefined)
    return one
  return {
    over: one,
    ...(as !== 'zip' && { as }),
    ...(onElementFailure !== 'fail' && {
      onElementFailure:
        typeof onElementFailure === 'string' ? onElementFailure : { tolerate: onElementFailure.tolerate },
    }),
    ...(replicate !== undefined && { replicate }),
  }
}

// Those of a command stand beside its inputs, but for what the shorthand does not know.
function parametersJson({ type, parameters }: Module): JsonObject {
  if (!isCommand(type)) return Object.keys(parameters).length === 0 ? {} : { parameters }
  const others = Object.entries(parameters).filter(([key]) => !commandKeys.includes(key))
  const own = Object.entries(parameters).filter(([key]) => commandKeys.includes(key))
  return { ...Object.fromEntries(own), ...(others.length > 0 && { parameters: Object.fromEntries(others) }) }
}

function settingsJson({ settings }: Module): JsonObject {
  const { label, destination, tags, resources, retry, log, logs, signDestination } = settings
  return {
    ...(label !== undefined && { label }),
    ...(destination !== undefined && { destination }),
    ...(tags !== undefined && { tags }),
    ...(resources !== undefined && { resources: { ...resources } }),
    ...(retry !== undefined && { retry: retry.map((rule) => ({ ...rule })) }),
    ...(log !== undefined && { log: log.map((rule) => ({ ...rule })) }),
    ...(logs !== undefined && { logs: { ...logs } }),
    ...(signDestination !== undefined && { signDestination }),
  }
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]))
}
