import { AbeyanceError } from '../core/error.ts'
import type { Values } from '../modules/module-type.ts'
import type { Value } from '../pipeline/value.ts'
import type { ModuleNode } from './module-node.ts'
import type { Round } from './round.ts'
import { wireValue } from './wire-value.ts'

/** The values of a module's ports, checked as they cross (rule P2). */
export async function takeInputs(round: Round, node: ModuleNode): Promise<Values> {
  const inputs: Record<string, Value> = {}
  for (const [port, wire] of Object.entries(node.module.inputs)) {
    const value = wireValue(round.graph, wire)
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
