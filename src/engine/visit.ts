import { isAbeyanceError, messageOf } from '../core/error.ts'
import { feedersOf } from '../pipeline/upstream-of.ts'
import type { OutputKey } from '../records/outcome.ts'
import { referenceTo } from '../records/output-version.ts'
import { isUnknown } from '../signatures/sign-one.ts'
import { fail, suspendOn } from './become.ts'
import { gate } from './gate.ts'
import { jobFailure } from './job-failure.ts'
import { doneOutcome } from './keep-outputs.ts'
import { gatherMap, unfoldMap } from './map.ts'
import { keyOf, type ModuleNode } from './module-node.ts'
import { obstacleOf } from './obstacle.ts'
import type { Round } from './round.ts'
import { survey, type Finding } from './survey.ts'
import { takeInputs } from './take-inputs.ts'
import { isUnwritten } from './unwritten.ts'

/**
 * One look at one module, from the question whether it is wanted at all to its work:
 * condition, signature, what is known, what it needs, its own work. Ends by settling, suspending or blocking it.
 */
export async function visit(round: Round, node: ModuleNode): Promise<void> {
  try {
    await go(round, node)
  } catch (error) {
    if (isUnwritten(error)) throw error // the disk, not the module: the round ends, nothing is lost
    fail(round, node, {
      code: isAbeyanceError(error) ? error.code : 'compute-failed',
      message: messageOf(error),
    })
  } finally {
    round.endTurn(node)
  }
}

async function go(round: Round, node: ModuleNode): Promise<void> {
  if (node.elements) return gatherMap(round, node, node.elements)
  if (gate(round, node)) return
  if (isUnknown(node.signature)) {
    const awaited = round.graph.get(node.signature.unknownUntil)
    if (awaited.phase !== 'settled') return round.block(node, [awaited])
    // It gave nothing, and what lies between follows from that below.
  } else {
    if (failedBefore(round, node)) return
    const key = keyOf(node, round.around.run)
    if (!round.takeTurn(node, key)) return
    if (!node.surveyed) {
      node.surveyed = true
      if (await takeKnown(round, node, key)) return
      if (!node.surveyed) return round.block(node, []) // signed otherwise meanwhile
    }
  }
  if (awaitAbove(round, node)) {
    if (node.former) node.surveyed = false // another run may have it run again meanwhile
    return
  }
  if (round.failed && round.onFailure === 'stop')
    return round.settle(node, { kind: 'skipped', because: 'failure', of: round.failed })
  const inputs = await takeInputs(round, node)
  return node.module.map ? unfoldMap(round, node, inputs) : round.steps.perform(round, node, inputs)
}

/** True where something above has to settle first, or has left nothing to go on with. */
function awaitAbove(round: Round, node: ModuleNode): boolean {
  const above = [...feedersOf(node.module)].map((path) => round.graph.get(path))
  if (above.some((other) => other.phase !== 'settled')) {
    round.block(node, above)
    return true
  }
  const obstacle = obstacleOf(round, node)
  if (obstacle) round.settle(node, obstacle)
  return obstacle !== undefined
}

/** What failed by its own code in this run stays failed until a retry or a new run (rule R5). */
function failedBefore(round: Round, node: ModuleNode): boolean {
  const before = round.around.before.get(node.module.path)
  if (before?.kind === 'cancelled') round.settle(node, before)
  else if (
    before?.kind !== 'failed' ||
    node.module.map ||
    (before.job && before.error.code !== 'collect-failed')
  )
    return false
  else round.settle(node, before)
  return true
}

/** Takes what is known without running anything upstream (rule R4); true where that says all there is to say. */
async function takeKnown(round: Round, node: ModuleNode, key: OutputKey): Promise<boolean> {
  const before = node.outcome?.kind === 'suspended' ? node.outcome : round.around.before.get(node.module.path)
  const hasJob = node.type?.act.kind === 'job'
  const fresh = node.fresh && !round.made.has(key)
  const pending = fresh ? undefined : round.writes.output(key)
  const found: Finding = pending
    ? { kind: 'output', record: pending }
    : await survey(round.around, { key, hasJob, before, fresh })
  node.former = found.kind === 'again' ? found.job : undefined
  switch (found.kind) {
    case 'nothing':
    case 'again': // with what this run gives it now, which need not be signed
      return false
    case 'output': {
      const by = before?.kind === 'done' ? before.by : 'reused'
      round.settle(node, doneOutcome(node, by, referenceTo(key, found.record)), found.record.outputs)
      return true
    }
    case 'open':
      node.ownJob = found.own
      suspendOn(round, node, found.job)
      return true
    case 'succeeded':
      await round.steps.collect(round, node, found.job)
      return true
    case 'ended':
      fail(round, node, jobFailure(found.job), found.job)
      return true
  }
}
