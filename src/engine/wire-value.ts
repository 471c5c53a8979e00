import type { ModulePath } from '../core/ids.ts'
import type { Wire } from '../pipeline/graph.ts'
import type { Value } from '../pipeline/value.ts'
import type { ModuleNode } from './module-node.ts'

export interface Modules {
  get(path: ModulePath): ModuleNode
}

/** The value of a wire whose modules have settled; undefined where a condition left nothing. */
export function wireValue(graph: Modules, wire: Wire): Value | undefined {
  switch (wire.kind) {
    case 'value':
      return wire.value
    case 'output': {
      const { phase, outcome, outputs } = graph.get(wire.module)
      return phase === 'settled' && outcome?.kind === 'done' ? (outputs?.[wire.port] ?? null) : undefined
    }
    case 'list':
      return wire.wires.map((one) => wireValue(graph, one)).filter((value) => value !== undefined)
  }
}
