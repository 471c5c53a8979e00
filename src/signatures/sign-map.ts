import { modulePath } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import type { FlatMap, FlatModule, Graph, Wire } from '../pipeline/graph.ts'
import type { ModuleCatalog } from '../pipeline/module-kind.ts'
import type { Given } from '../pipeline/pipeline.ts'
import { unfold } from '../pipeline/unfold.ts'
import type { Value } from '../pipeline/value.ts'
import type { OutputWire } from './print-wire.ts'
import type { SourcePrint } from './sign-module.ts'

/**
 * What is signed as a map's parameters: how it walks its lists, and what each of its outputs is in terms of its ports (rule S9). What its
 * ports are given is signed as the inputs of any module.
 */
export function mapParameters(map: FlatMap, outputs: Readonly<Record<string, SourcePrint>>): JsonObject {
  return {
    over: map.over,
    as: map.as,
    onElementFailure: map.onElementFailure,
    replicate: map.replicate,
    outputs,
  }
}

// No module has this path: an output of it stands for a port of the map while the body is signed.
const theMap = modulePath('')

/** A map's body with its ports wired to symbols. */
export function unfoldBody(
  { map, inputs }: FlatModule,
  types: { readonly catalog: ModuleCatalog; readonly resolve: (given: Given) => Value },
): { readonly graph: Graph; readonly symbolOf: (wire: OutputWire) => string | undefined } {
  const symbols: Record<string, Wire> = {}
  for (const port of Object.keys(inputs)) symbols[port] = { kind: 'output', module: theMap, port }
  const graph: Graph = map ? unfold(map.body, symbols, types) : { modules: new Map(), outputs: {} }
  return { graph, symbolOf: (wire) => (wire.module === theMap ? wire.port : undefined) }
}

/** Whether what a module gives may differ each time: its type says so, or, of a map, any type in its body (rule S4). */
export function isVolatile(module: FlatModule, catalog: ModuleCatalog): boolean {
  if (module.map === undefined) return catalog.get(module.type)?.volatile === true
  const bodies = [module.map.body]
  for (const body of bodies)
    // grows while it is walked
    for (const inner of body.modules)
      if (inner.group !== undefined) bodies.push(inner.group)
      else if (catalog.get(inner.type)?.volatile === true) return true
  return false
}
