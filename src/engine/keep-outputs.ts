import { AbeyanceError } from '../core/error.ts'
import type { Values } from '../modules/module-type.ts'
import type { Outcome, OutputKey } from '../records/outcome.ts'
import { isUnknown } from '../signatures/sign-one.ts'
import type { ModuleNode } from './module-node.ts'
import type { Round } from './round.ts'

export interface Finished {
  readonly key: OutputKey
  readonly outputs: Values
  readonly by: 'computed' | 'reused' | 'collected'
}

/** Files the outputs of a module and settles it. */
export function keepOutputs(round: Round, node: ModuleNode, { key, outputs, by }: Finished): void {
  const outcome = doneOutcome(node, by, key)
  round.writes.addOutput(key, { outputs, at: round.around.now(), name: node.name })
  round.settle(node, outcome, outputs)
}

export function doneOutcome(node: ModuleNode, by: Finished['by'], key: OutputKey): Outcome {
  if (isUnknown(node.signature))
    throw new AbeyanceError('internal', `${node.name} is done without a signature`)
  return { kind: 'done', by, signature: node.signature, outputs: key }
}
