import { AbeyanceError } from '../core/error.ts'
import type { ModulePath } from '../core/ids.ts'
import type { Graph } from '../pipeline/graph.ts'
import type { Value } from '../pipeline/value.ts'
import { digestValue } from './digest-value.ts'
import { isVolatile } from './sign-map.ts'
import type { OutputWire } from './print-wire.ts'
import { signOne, type SignedModule, type Types } from './sign-one.ts'
import type { SourcePrint } from './sign-module.ts'
import type { Unknown } from './unknown-until.ts'

/** What signing must know besides the graph. */
export interface Knowledge extends Types {
  /**
   * The outputs of a module that gave them in this run; asked of volatile modules only, since what lies below those is signed by
   * them (rule S4). `undefined` while they are not known.
   */
  valuesOf(path: ModulePath): Readonly<Record<string, Value>> | undefined
  /** Whether a module was skipped in this run: nothing comes from it, and a list that it was to be part of goes without. */
  isSkipped?(path: ModulePath): boolean
}

export type SignedGraph = ReadonlyMap<ModulePath, SignedModule>

/**
 * Signs every module of a graph, from the graph and from values already known alone (rule S2). Below a volatile module that has not
 * spoken in this run, modules are `unknownUntil` it. `before` is an earlier version of the graph, signed: only what differs from
 * it, and what lies below that, is hashed.
 */
export function signGraph(graph: Graph, knowledge: Knowledge, before?: SignedGraph): SignedGraph {
  const signed = new Map<ModulePath, SignedModule>()
  const printOf = (wire: OutputWire) => printOutput(wire, signed, knowledge)
  for (const [path, module] of graph.modules)
    signed.set(path, signOne(module, printOf, knowledge, before?.get(path)))
  return signed
}

/** How an output of a module that is signed already is signed below it. */
export function printOutput(
  wire: OutputWire,
  signed: SignedGraph,
  knowledge: Knowledge,
): SourcePrint | Unknown | undefined {
  const above = signed.get(wire.module)
  if (above === undefined)
    throw new AbeyanceError(
      'invalid-pipeline',
      `${wire.module} is connected to, but is not there or comes after what it feeds`,
    )
  if (knowledge.isSkipped?.(wire.module) === true) return undefined
  if (isVolatile(above.module, knowledge.catalog)) return printSaid(wire, knowledge)
  return typeof above.signature === 'string'
    ? { signature: above.signature, port: wire.port }
    : above.signature
}

function printSaid(wire: OutputWire, knowledge: Knowledge): SourcePrint | Unknown {
  const values = knowledge.valuesOf(wire.module)
  if (values === undefined) return { unknownUntil: wire.module }
  const value = values[wire.port]
  if (value === undefined)
    throw new AbeyanceError(
      'invalid-value',
      `${wire.module} gave nothing for its output ${wire.port}; every declared output must be given`,
    )
  return { value: digestValue(value, `${wire.module}: outputs.${wire.port}`) }
}
