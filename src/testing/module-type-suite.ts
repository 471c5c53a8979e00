import assert from 'node:assert/strict'
import type { Json, JsonObject } from '../core/json.ts'
import type { AnyModuleType, Values, Wait } from '../modules/module-type.ts'
import { asking, type Ask, type Harness, type Subject } from './harness.ts'
import { collectContext, computeContext, keepFile } from './trial-contexts.ts'

export interface ModuleTypeSubject extends Subject {
  /** Inputs that the type takes; files and folders by a path of this machine. */
  readonly inputs: Values
  /** What shapes the module, where its ports follow from that. */
  readonly parameters?: JsonObject
  /** Values that it must refuse, by port; each is tried in place of the right one. */
  readonly wrong?: Values
  /** For a type that collects: what its job would have left, by declared output. */
  readonly left?: Readonly<Record<string, string>>
  /** For a type that is called back: what with. */
  readonly answer?: Json
  /** An empty folder on this machine: absolute. */
  readonly folder: string
}

/**
 * Asks a module type whether it keeps what signatures rely on: same inputs, same outputs or same job; every declared
 * output given; nothing of what it is given changed; a missing file named, not papered over.
 *
 * ```ts
 * import { test } from 'node:test' // or vitest; with mocha: `{ test: it }`
 * import { moduleTypeSuite } from 'abeyance/testing'
 *
 * moduleTypeSuite({ test }, align, async () => {
 *   const folder = await mkdtemp('/tmp/align-')
 *   const close = () => rm(folder, { recursive: true })
 *   return { inputs: { preset: 'short' }, wrong: { preset: 'middling' }, left: { report: '12' }, folder, close }
 * })
 * ```
 */
export function moduleTypeSuite(
  harness: Harness,
  type: AnyModuleType,
  create: () => Promise<ModuleTypeSubject>,
): void {
  const ask = asking(harness, create)
  askOfPorts(ask, type)
  if (type.act.kind === 'compute') askOfComputing(ask, type, type.act.compute)
  if (type.act.kind === 'job') askOfJob(ask, type, type.act)
  if (type.act.kind === 'job' && type.act.collect) askOfCollecting(ask, type.act.collect)
  if (type.act.kind === 'wait') askOfWaiting(ask, type, type.act)
}

type Act<Kind> = Extract<AnyModuleType['act'], { readonly kind: Kind }>
const settings = {}

function askOfPorts(ask: Ask<ModuleTypeSubject>, type: AnyModuleType): void {
  ask('is known to the graph under its own name and version', async () => {
    assert.deepEqual([type.kind.type, type.kind.version], [type.type, type.version])
    assert.ok(Number.isInteger(type.version) && type.version >= 1, `version ${type.version}`)
  })

  ask('takes again what it has taken, unchanged', async ({ inputs }) => {
    const once = await type.checkInputs(inputs)
    assert.deepEqual(await type.checkInputs(once), once)
  })

  ask('refuses a wrong input, naming the port', async ({ inputs, wrong = {} }) => {
    for (const [port, value] of Object.entries(wrong))
      await assert.rejects(type.checkInputs({ ...inputs, [port]: value }), (error: Error) => {
        assert.ok(error.message.includes(port), `the message does not name ${port}: ${error.message}`)
        return true
      })
  })
}

function askOfComputing(
  ask: Ask<ModuleTypeSubject>,
  type: AnyModuleType,
  compute: Act<'compute'>['compute'],
): void {
  const computed = async (subject: ModuleTypeSubject, inputs = subject.inputs) =>
    compute(await type.checkInputs(inputs), await computeContext(subject.folder))

  ask('gives every declared output, and no other', async (subject) => {
    assert.deepEqual(portsOf(await computed(subject)), declared(type, subject))
  })

  ask('gives outputs that its own check takes', async (subject) => {
    await type.checkOutputs(await computed(subject), subject.parameters ?? {})
  })

  ask('changes nothing of what it is given', async (subject) => {
    const before = structuredClone(subject.inputs)
    await computed(subject)
    assert.deepEqual(subject.inputs, before)
  })

  if (type.kind.volatile) return
  ask('gives the same outputs for the same inputs', async (subject) => {
    const inputs = structuredClone(subject.inputs)
    assert.deepEqual(await computed(subject), await computed(subject, inputs))
  })
}

function askOfJob(ask: Ask<ModuleTypeSubject>, type: AnyModuleType, act: Act<'job'>): void {
  const { collect } = act
  const plan = async ({ inputs, parameters = {}, folder }: ModuleTypeSubject) => {
    const taken = await type.checkInputs(inputs)
    const prepared = (await act.prepare?.(taken, (await computeContext(folder)).files)) ?? taken
    return act.job(prepared, { parameters, settings })
  }

  ask('plans the same job for the same inputs', async (subject) => {
    assert.deepEqual(await plan(subject), await plan({ ...subject, inputs: structuredClone(subject.inputs) }))
  })

  ask('plans a job that is plain data, so that no code is needed after a restart', async (subject) => {
    const { spec } = await plan(subject)
    assert.deepEqual(JSON.parse(JSON.stringify(spec)), spec)
  })

  ask('gives every declared output, by the job or from what it left', async (subject) => {
    const { spec } = await plan(subject)
    const collected = (await collect?.(await collectContext(spec, subject))) ?? {}
    const given = new Set([...Object.keys(spec.outputs), ...Object.keys(collected)])
    assert.deepEqual(
      declared(type, subject).filter((port) => !given.has(port)),
      [],
    )
  })
}

function askOfCollecting(
  ask: Ask<ModuleTypeSubject>,
  collect: (context: Awaited<ReturnType<typeof collectContext>>) => Promise<Values>,
): void {
  ask('gives the same for the same files', async (subject) => {
    const context = () => collectContext(undefined, subject)
    assert.deepEqual(await collect(await context()), await collect(await context()))
  })

  ask('fails on a file that is missing, and names it', async (subject) => {
    const read = new Set<string>()
    await collect(await collectContext(undefined, subject, { reading: (output) => read.add(output) }))
    for (const output of read) {
      const context = await collectContext(undefined, subject, { missing: output })
      await assert.rejects(collect(context), (error: Error) => {
        assert.ok(error.message.includes(output), `the message does not name ${output}: ${error.message}`)
        return true
      })
    }
  })
}

function askOfWaiting(ask: Ask<ModuleTypeSubject>, type: AnyModuleType, act: Act<'wait'>): void {
  const now = Date.UTC(2026, 0, 1)
  const wait = async ({ inputs, parameters = {} }: ModuleTypeSubject) =>
    act.wait(await type.checkInputs(inputs), now, parameters)

  ask('waits for the same thing with the same inputs at the same time', async (subject) => {
    assert.deepEqual(await wait(subject), await wait(subject))
  })

  ask('gives every declared output, and no other', async (subject) => {
    const outputs = await act.answer(over(await wait(subject), now, subject.answer ?? null), (path) =>
      keepFile(subject.folder, path),
    )
    assert.deepEqual(portsOf(outputs), declared(type, subject))
  })
}

/** How a job of others ended, and what was answered, is kept with the wait. */
function over(wait: Wait, at: number, answer: Json): Wait {
  switch (wait.kind) {
    case 'existing-job':
      return { ...wait, end: { result: 'succeeded', code: 0, evidence: 'the suite says so' } }
    case 'approval':
      return { ...wait, end: { decision: 'approved', by: 'the suite', at } }
    case 'token':
      return { ...wait, end: { result: 'success', value: answer, at } }
    case 'until':
    case 'file':
      return wait
  }
}

function declared(type: AnyModuleType, { parameters = {} }: ModuleTypeSubject): readonly string[] {
  return portsOf(type.kind.ports(parameters).outputs)
}

function portsOf(ports: object): readonly string[] {
  return Object.keys(ports).toSorted()
}
