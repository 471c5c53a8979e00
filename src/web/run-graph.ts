import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import type { GraphConnection, GraphModule, RunGraph } from './contract.ts'

/** The picture of a pipeline from its document alone: no module type is needed to look at a run. Groups stand in it with what is in them. */
export function documentGraph(document: Json): Omit<RunGraph, 'elements'> {
  const body = isJsonObject(document) ? document : {}
  const modules: GraphModule[] = []
  const connections: GraphConnection[] = []
  addBody(body, undefined, { modules, connections })
  return { inputs: keysOf(body.inputs), outputs: keysOf(body.outputs), modules, connections }
}

interface Drawn {
  readonly modules: GraphModule[]
  readonly connections: GraphConnection[]
}

function addBody(body: JsonObject, around: string | undefined, drawn: Drawn): void {
  const modules = asObject(body.modules)
  const pathOf = (id: string) => (around === undefined ? id : `${around}/${id}`)
  const end = (module: string | undefined, port: string) =>
    module === undefined ? { port } : { module, port }
  const connect = (source: Json | undefined, module: string | undefined, port: string) => {
    for (const { of, port: from } of referencesIn(source)) {
      const start = of === undefined ? end(around, from) : end(pathOf(of), from)
      drawn.connections.push({ from: start, to: end(module, port) })
    }
  }
  for (const [id, json] of Object.entries(modules)) {
    const module = asObject(json)
    const path = pathOf(id)
    const { group } = module
    drawn.modules.push({ ...moduleOf(id, module, path), ...(around !== undefined && { in: around }) })
    for (const [port, source] of Object.entries(asObject(module.inputs))) connect(source, path, port)
    connect(module.when, path, 'when')
    if (isJsonObject(group)) addBody(group, path, drawn)
  }
  for (const [name, source] of Object.entries(asObject(body.outputs))) connect(source, around, name)
}

function moduleOf(id: string, module: JsonObject, path: string): GraphModule {
  const { label, type, group, map, destination } = module
  const isGroup = isJsonObject(group)
  return {
    path,
    label: typeof label === 'string' ? label : id,
    type: typeof type === 'string' ? type : isGroup ? 'group' : 'command',
    kind: isGroup ? 'group' : 'module',
    ...(map !== undefined && { over: overOf(map) }),
    ...(typeof destination === 'string' && { destination }),
  }
}

/** The ports over which it is mapped. */
export function overOf(map: Json): readonly string[] {
  const over = isJsonObject(map) ? map.over : map
  const list: readonly Json[] = Array.isArray(over) ? over : [over ?? null]
  return list.filter((port) => typeof port === 'string')
}

/** `$input` and `$module.port`, alone or in a list; `$$` is a text that begins with a dollar sign. */
function referencesIn(source: Json | undefined): readonly { readonly of?: string; readonly port: string }[] {
  if (Array.isArray(source)) return source.flatMap((one: Json) => referencesIn(one))
  if (typeof source !== 'string') return []
  const [, first, port] = /^\$([A-Za-z][\w-]*)(?:\.([A-Za-z]\w*))?$/.exec(source) ?? []
  if (first === undefined) return []
  return [port === undefined ? { port: first } : { of: first, port }]
}

function keysOf(json: Json | undefined): readonly string[] {
  return Object.keys(asObject(json))
}

function asObject(json: Json | undefined): JsonObject {
  return isJsonObject(json) ? json : {}
}
