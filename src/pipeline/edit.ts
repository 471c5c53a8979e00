import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { commandKeys, isCommand } from './command-keys.ts'
import { didYouMean } from './nearest.ts'
import { upstreamIds } from './order-modules.ts'
import type { Given, Module, Pipeline, Source } from './pipeline.ts'

// Each edit gives a new pipeline in which every module that it does not touch is the same object as before.

/**
 * Sets what a port is given, or a parameter: `gel/height` by module and name, through groups `clean/trim/quality`, deeper
 * into a parameter `fetch/environment.LANG`; `genome` alone sets the default of the pipeline's own input.
 * @throws `invalid-pipeline` when there is no such module or name
 */
export function setParam<P extends Pipeline>(pipeline: P, path: string, value: Given): P {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  if (parts.length === 0) return setDefault(pipeline, name, value)
  return editAt(pipeline, parts, (module) => setOn(module, name, value))
}

/** Connects or gives a source to a port: `connect(pipeline, 'gel/tables', source)`. */
export function connect<P extends Pipeline>(pipeline: P, path: string, source: Source): P {
  const parts = path.split('/')
  const port = parts.pop() ?? ''
  return editAt(pipeline, parts, (module) => ({ ...module, inputs: { ...module.inputs, [port]: source } }))
}

/** Adds a module at the end; `into` is the path of the group that it goes into. */
export function addModule<P extends Pipeline>(pipeline: P, module: Module, into = ''): P {
  return editLevel(pipeline, into === '' ? [] : into.split('/'), (level) => {
    if (level.modules.some(({ id }) => id === module.id))
      return refuse(level, `has a module \`${module.id}\` already; give the new one another id`)
    return { ...level, modules: [...level.modules, module] }
  })
}

/**
 * Takes a module out, by its path.
 * @throws `invalid-pipeline` while another module or an output still takes something from it
 */
export function removeModule<P extends Pipeline>(pipeline: P, path: string): P {
  const groups = path.split('/')
  const id = groups.pop() ?? ''
  return editLevel(pipeline, groups, (level) => {
    const removed = find(level, id)
    const users = level.modules
      .filter((module) => module !== removed && upstreamIds(module).has(id))
      .map((module) => module.id)
    const outputs = Object.entries(level.outputs).flatMap(([port, output]) =>
      output.module === id ? [`output ${port}`] : [],
    )
    if (users.length + outputs.length > 0)
      return refuse(
        level,
        `still needs \`${id}\` for ${[...users, ...outputs].join(', ')}; connect these to something else first`,
      )
    return { ...level, modules: level.modules.filter((module) => module !== removed) }
  })
}

function setDefault<P extends Pipeline>(pipeline: P, name: string, value: Given): P {
  const input = Object.hasOwn(pipeline.inputs, name) ? pipeline.inputs[name] : undefined
  if (input === undefined)
    return refuse(pipeline, `has no input \`${name}\`${didYouMean(name, Object.keys(pipeline.inputs))}`)
  return { ...pipeline, inputs: { ...pipeline.inputs, [name]: { ...input, default: value } } }
}

function setOn(module: Module, name: string, value: Given): Module {
  const [key = '', ...deeper] = name.split('.')
  if (deeper.length > 0 || (!Object.hasOwn(module.inputs, key) && isParameter(module, key)))
    return { ...module, parameters: setIn(module, module.parameters, [key, ...deeper], value) }
  if (module.group !== undefined && !Object.hasOwn(module.group.inputs, key))
    return refuse(module.group, `has no input \`${key}\`${didYouMean(key, Object.keys(module.group.inputs))}`)
  // All that a command takes stands there; what other types take besides, their ports say.
  if (isCommand(module.type) && !Object.hasOwn(module.inputs, key))
    throw new AbeyanceError(
      'invalid-pipeline',
      `module \`${module.id}\` has no input \`${key}\`${didYouMean(key, [...Object.keys(module.inputs), ...commandKeys])}`,
    )
  return { ...module, inputs: { ...module.inputs, [key]: { kind: 'given', given: value } } }
}

function isParameter(module: Module, key: string): boolean {
  return Object.hasOwn(module.parameters, key) || (isCommand(module.type) && commandKeys.includes(key))
}

function setIn(
  module: Module,
  json: JsonObject,
  [key = '', ...deeper]: readonly string[],
  value: Given,
): JsonObject {
  if (deeper.length === 0) return { ...json, [key]: asJson(module, value) }
  const inner = json[key]
  return { ...json, [key]: setIn(module, isJsonObject(inner) ? inner : {}, deeper, value) }
}

function asJson(module: Module, value: Given): Json {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((one: Given) => asJson(module, one))
  if (Object.getOwnPropertySymbols(value).length === 0 && isJsonObject(value)) return value
  throw new AbeyanceError(
    'invalid-pipeline',
    `a parameter of \`${module.id}\` cannot be a file; files are given to its inputs`,
  )
}

function editAt<P extends Pipeline>(
  pipeline: P,
  path: readonly string[],
  edit: (module: Module) => Module,
): P {
  const id = path.at(-1) ?? ''
  return editLevel(pipeline, path.slice(0, -1), (level) => replace(level, find(level, id), edit))
}

/** Edits the pipeline that lies at a path of groups. */
function editLevel<P extends Pipeline>(
  pipeline: P,
  [group, ...deeper]: readonly string[],
  edit: <L extends Pipeline>(level: L) => L,
): P {
  if (group === undefined) return edit(pipeline)
  const module = find(pipeline, group)
  const inner = module.group
  if (inner === undefined)
    return refuse(pipeline, `has no group \`${group}\`: it is a module of the type \`${module.type}\``)
  return replace(pipeline, module, () => ({ ...module, group: editLevel(inner, deeper, edit) }))
}

function replace<P extends Pipeline>(level: P, old: Module, edit: (module: Module) => Module): P {
  return { ...level, modules: level.modules.map((module) => (module === old ? edit(module) : module)) }
}

function find(level: Pipeline, id: string): Module {
  const module = level.modules.find((one) => one.id === id)
  return (
    module ??
    refuse(
      level,
      `has no module \`${id}\`${didYouMean(
        id,
        level.modules.map((one) => one.id),
      )}`,
    )
  )
}

function refuse(pipeline: Pipeline, what: string): never {
  throw new AbeyanceError('invalid-pipeline', `pipeline \`${pipeline.name}\` ${what}`)
}
