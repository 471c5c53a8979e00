import { AbeyanceError } from '../core/error.ts'
import type { Values } from '../modules/module-type.ts'
import type { Wire } from '../pipeline/graph.ts'
import type { Value } from '../pipeline/value.ts'
import type { ModuleNode } from './module-node.ts'
import type { NodeGraph } from './node-graph.ts'
import type { Round } from './round.ts'

/** The values of a module's ports, checked as they cross (rule P2). */
export async function takeInputs(round: Round, node: ModuleNode): Promise<Values> {
  const inputs: Record<string, Value> = {}
  for (const [port, wire] of Object.entries(node.module.inputs)) {
    const value = wireValue(round, wire)
    if (value !== undefined) inputs[port] = value
  }
  if (!node.type) return inputs
  try {
    return await node.type.checkInputs(inputs)
  } catch (error) {
    throw new AbeyanceError(
      'invalid-value',
      `${node.name}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}

/** The value of a wire whose modules have settled; undefined where a condition left nothing. */
export function wireValue(round: { readonly graph: Pick<NodeGraph, 'get'> }, wire: Wire): Value | undefined {
  switch (wire.kind) {
    case 'value':
      return wire.value
    case 'output': {
      const { phase, outcome, outputs } = round.graph.get(wire.module)
      return phase === 'settled' && outcome?.kind === 'done' ? (outputs?.[wire.port] ?? null) : undefined
    }
    case 'list':
      return wire.wires.map((one) => wireValue(round, one)).filter((value) => value !== undefined)
  }
}
