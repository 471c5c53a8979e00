import { AbeyanceError, isAbeyanceError, messageOf } from '../core/error.ts'
import type { Act, AnyModuleType, Values } from '../modules/module-type.ts'
import { plainForm } from '../signatures/plain-form.ts'
import { isUnknown } from '../signatures/sign-one.ts'
import { fail, intend, suspendOn } from './become.ts'
import { keepOutputs } from './keep-outputs.ts'
import { keyOf, type ModuleNode } from './module-node.ts'
import type { Round } from './round.ts'
import { jobOf } from './survey.ts'
import { suspensionOf } from './suspension-of.ts'
import { isUnwritten } from './unwritten.ts'

type ActOf<K extends Act['kind']> = Extract<Act, { kind: K }>

/** A module's own work, once everything that it needs is there. */
export async function perform(round: Round, node: ModuleNode, inputs: Values): Promise<void> {
  const { type } = node
  if (!type) throw new AbeyanceError('internal', `${node.name} has no module type`)
  switch (type.act.kind) {
    case 'compute':
      return compute(round, node, { type, act: type.act, inputs })
    case 'job':
      return submit(round, node, { type, act: type.act, inputs })
    case 'wait':
      return wait(round, node, { type, act: type.act, inputs })
  }
}

interface Work<K extends Act['kind']> {
  readonly type: AnyModuleType
  readonly act: ActOf<K>
  readonly inputs: Values
}

async function compute(
  round: Round,
  node: ModuleNode,
  { type, act, inputs }: Work<'compute'>,
): Promise<void> {
  const key = keyOf(node, round.around.run)
  try {
    const { signal, logger, files, keep } = round.around
    const given = await act.compute(inputs, { signal, logger, files, keep })
    const outputs = await type.checkOutputs(given, node.module.parameters)
    plainForm(outputs, 'outputs') // a record cannot hold what JSON cannot: said here, by the module that gave it
    if (node.fresh) round.made.add(key)
    if (node.volatile) {
      // What lies below is signed by these values: they are on disk before anything of it starts (rule S2).
      round.writes.addOutput(key, { outputs, at: round.around.now(), name: node.name })
      await round.writes.flush()
    }
    await keepOutputs(round, node, { key, outputs, by: 'computed' })
  } catch (error) {
    if (isUnwritten(error)) throw error
    if (round.around.signal.aborted)
      throw new AbeyanceError('aborted', `${node.name} was interrupted; it is computed again next time`)
    const code = isAbeyanceError(error) ? error.code : 'compute-failed'
    fail(round, node, { code, message: `${node.name}: ${messageOf(error)}` })
  }
}

async function submit(round: Round, node: ModuleNode, { act, inputs }: Work<'job'>): Promise<void> {
  const { module } = node
  const key = keyOf(node, round.around.run)
  if (isUnknown(node.signature))
    throw new AbeyanceError('internal', `${node.name} is submitted without a signature`)
  const prepared = (await act.prepare?.(inputs, round.around.files)) ?? inputs
  const { spec, settings } = act.job(prepared, { parameters: module.parameters, settings: module.settings })
  const { former, signature, name } = node
  const { path, type, settings: own } = module
  const request = { key: jobOf(key), signature, module: path, type, name, spec, settings, own }
  await intend(round, node, request.key, (former?.attempt ?? 0) + 1)
  try {
    const { around } = round
    suspendOn(round, node, await (former ? around.again(request, former.attempt) : around.suspend(request)))
  } catch (error) {
    if (!former || !isAbeyanceError(error, 'job-lost')) throw error
    fail(round, node, { code: error.code, message: error.message }, former) // given up, its runs go on
  }
}

async function wait(round: Round, node: ModuleNode, { type, act, inputs }: Work<'wait'>): Promise<void> {
  const key = jobOf(`${round.around.run}/${node.module.path}`)
  const kept = await round.around.wait(key, act.wait(inputs, round.around.now(), node.module.parameters))
  if (await round.around.isOver(kept)) {
    const outputs = await type.checkOutputs(
      await act.answer(kept, round.around.fileAt),
      node.module.parameters,
    )
    return keepOutputs(round, node, { key, outputs, by: 'computed' })
  }
  round.suspend(node, key, { kind: 'suspended', on: suspensionOf(node.module.path, key, kept) })
}
