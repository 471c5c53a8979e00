import { isDeepStrictEqual } from 'node:util'
import { AbeyanceError } from '../core/error.ts'
import type { Values } from '../modules/module-type.ts'
import { outputEntry } from '../records/kept-run.ts'
import type { Outcome, OutputKey, OutputRecord } from '../records/outcome.ts'
import { placeOf, referenceTo } from '../records/output-version.ts'
import { isUnknown } from '../signatures/sign-one.ts'
import type { ModuleNode } from './module-node.ts'
import type { Round } from './round.ts'

export interface Finished {
  readonly key: OutputKey
  readonly outputs: Values
  readonly by: 'computed' | 'reused' | 'collected'
}

/** Files the outputs of a module and settles it. */
export async function keepOutputs(
  round: Round,
  node: ModuleNode,
  { key, outputs, by }: Finished,
): Promise<void> {
  const made: OutputRecord = { outputs, at: round.around.now(), name: node.name }
  const record = node.fresh && !node.volatile && !node.partial ? await besideEarlier(round, key, made) : made
  const outcome = doneOutcome(node, by, referenceTo(key, record))
  round.writes.addOutput(key, record)
  round.settle(node, outcome, outputs)
}

/** What was made afresh and came out otherwise is a version of its own: runs that had the earlier one go on showing that. */
async function besideEarlier(round: Round, key: OutputKey, made: OutputRecord): Promise<OutputRecord> {
  const earlier = round.writes.output(key) ?? (await round.around.output(key))
  if (earlier === undefined) return made
  if (isDeepStrictEqual(earlier.outputs, made.outputs))
    return earlier.version === undefined ? made : { ...made, version: earlier.version }
  const record = { ...made, version: round.around.run }
  for (const each of [earlier, record]) round.writes.add(outputEntry(placeOf(key, each), each))
  return record
}

export function doneOutcome(node: ModuleNode, by: Finished['by'], outputs: OutputKey): Outcome {
  if (isUnknown(node.signature))
    throw new AbeyanceError('internal', `${node.name} is done without a signature`)
  return { kind: 'done', by, signature: node.signature, outputs }
}
