import type { ModulePath, Signature } from '../core/ids.ts'
import type { OutputKey } from '../records/outcome.ts'
import { isUnknown } from '../signatures/sign-one.ts'
import { aim } from './aim.ts'
import { drain } from './drain.ts'
import type { ExecutionOptions } from './execution.ts'
import { makeRound } from './make-round.ts'
import { keyOf, type ModuleNode } from './module-node.ts'
import { nodeGraph } from './node-graph.ts'
import type { Round, Steps } from './round.ts'
import type { Surroundings } from './surroundings.ts'

/** What a run would do with one module, and why (rule R8). */
export interface Step {
  readonly module: ModulePath
  readonly name: string
  readonly signature: Signature | { readonly unknownUntil: ModulePath }
  readonly step: StepKind
  readonly why: string
  readonly node: ModuleNode
}

export type StepKind =
  | 'reuse'
  | 'collect'
  | 'adopt'
  | 'await'
  | 'submit'
  | 'run'
  | 'wait'
  | 'map'
  | 'skip'
  | 'unneeded'
  | 'unknown'

/** What a plan is made from: nothing is written, submitted or computed. */
export type PlanSurroundings = Pick<
  Surroundings,
  'run' | 'types' | 'catalog' | 'resolve' | 'output' | 'job' | 'before' | 'files'
>

/** Goes the way of a round, and notes each step instead of taking it. */
export async function plan(around: PlanSurroundings, options: ExecutionOptions): Promise<readonly Step[]> {
  const graph = nodeGraph({ ...around, fresh: new Set(options.fresh) })
  const top = graph.add(options.graph)
  const noted: Noted = new Map()
  const round = makeRound(inert(around), graph, { onFailure: 'continue', steps: noting(noted) })
  for (const node of aim(options.graph, options.targets, top)) round.ask(node)
  await drain(round)
  const reasons = reasonsOf([...graph.nodes.values()], noted)
  return [...graph.nodes.values()].map((node) => ({
    module: node.module.path,
    name: node.name,
    signature: node.signature,
    node,
    ...(reasons.get(node) ?? unneeded),
  }))
}

type Noted = Map<ModuleNode, Pick<Step, 'step' | 'why'>>

const unneeded = { step: 'unneeded', why: 'everything that it feeds is known' } as const

/** From the ends up: what nothing asked for is unneeded, unless a reader of it may still ask. */
function reasonsOf(nodes: readonly ModuleNode[], noted: Noted): Noted {
  const reasons: Noted = new Map()
  for (const node of nodes.toReversed()) {
    if (node.phase !== 'unseen') reasons.set(node, noted.get(node) ?? stepOf(node))
    else {
      const reader = node.consumers.map((next) => reasons.get(next)).find((why) => why?.step === 'unknown')
      if (reader) reasons.set(node, reader)
    }
  }
  return reasons
}

function noting(noted: Noted): Steps {
  const first = new Map<OutputKey, ModuleNode>()
  const note = (node: ModuleNode, step: StepKind, why: string) => {
    noted.set(node, { step, why })
    node.phase = 'blocked'
    return Promise.resolve()
  }
  const noteOnce = (round: Round, node: ModuleNode, step: StepKind, why: string) => {
    const key = keyOf(node, round.around.run)
    const equal = first.get(key)
    if (!equal) first.set(key, node)
    if (!equal) return note(node, step, why)
    return note(node, step === 'submit' ? 'await' : 'reuse', `the same as ${equal.name}, which runs once`)
  }
  return {
    collect(round, node) {
      const equal = first.get(keyOf(node, round.around.run))
      // One that is run afresh takes the job's place: what its last attempt gave is not read any more.
      if (equal) return note(node, 'await', `the same as ${equal.name}, which runs afresh`)
      return note(node, 'collect', 'its job succeeded; the outputs are read, nothing runs')
    },
    perform: (round, node) => noteOnce(round, node, work(node), reasonFor(node)),
  }
}

/** Why its own work is to be done. */
function reasonFor({ former, fresh }: ModuleNode): string {
  if (!former) return 'no result is known under its signature'
  if (former.state.kind !== 'succeeded') return `its last attempt ${ending[former.state.kind] ?? 'ended'}`
  return fresh ? 'asked to be run afresh' : 'files that it made are no longer kept'
}

const ending: Readonly<Record<string, string | undefined>> = {
  failed: 'failed',
  cancelled: 'was cancelled',
  lost: 'was lost',
}

function stepOf(node: ModuleNode): Pick<Step, 'step' | 'why'> {
  const { outcome } = node
  if (outcome?.kind === 'done')
    return {
      step: 'reuse',
      why: outcome.by === 'reused' ? 'its result is known under its signature' : 'done in this run',
    }
  if (outcome?.kind === 'skipped')
    return {
      step: 'skip',
      why:
        outcome.because === 'condition' ? `the condition at ${outcome.of} is false` : `${outcome.of} failed`,
    }
  if (outcome?.kind === 'failed') return { step: 'skip', why: `failed in this run: ${outcome.error.message}` }
  if (outcome?.kind === 'suspended') return suspended(node)
  if (isUnknown(node.signature)) return unknownUntil(node.signature.unknownUntil)
  const decider = node.deciders.find((other) => other.phase !== 'settled')
  if (decider) return unknownUntil(decider.module.path)
  return {
    step: work(node),
    why: node.elements ? 'some of its elements are not done' : reasonFor(node),
  }
}

function unknownUntil(path: ModulePath): Pick<Step, 'step' | 'why'> {
  return { step: 'unknown', why: `unknown until ${path} has run` }
}

function suspended(node: ModuleNode): Pick<Step, 'step' | 'why'> {
  if (node.ownJob === false) return { step: 'adopt', why: 'another run started this job, and it goes on' }
  return { step: 'await', why: "this run's job goes on" }
}

function work(node: ModuleNode): StepKind {
  if (node.module.map) return 'map'
  switch (node.type?.act.kind) {
    case 'job':
      return 'submit'
    case 'wait':
      return 'wait'
    default:
      return 'run'
  }
}

/** Surroundings in which nothing happens. */
function inert(around: PlanSurroundings): Surroundings {
  const never = () => Promise.reject(new TypeError('a plan does nothing'))
  return {
    ...around,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    signal: new AbortController().signal,
    put: () => Promise.resolve(),
    suspend: never,
    again: never,
    wait: never,
    isOver: never,
    keep: never,
    fileAt: never,
    jobFiles: () => ({ value: () => null, path: never, text: never }),
    changed() {},
    now: () => 0,
  }
}
