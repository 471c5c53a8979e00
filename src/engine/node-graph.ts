import { AbeyanceError } from '../core/error.ts'
import type { Digest, ModulePath } from '../core/ids.ts'
import type { AnyModuleType, Values } from '../modules/module-type.ts'
import type { FlatModule, Graph } from '../pipeline/graph.ts'
import type { ModuleCatalog } from '../pipeline/module-kind.ts'
import type { Given } from '../pipeline/pipeline.ts'
import { feedersOf } from '../pipeline/upstream-of.ts'
import type { Value } from '../pipeline/value.ts'
import { digestValue } from '../signatures/digest-value.ts'
import { isVolatile } from '../signatures/sign-map.ts'
import type { SourcePrint } from '../signatures/sign-module.ts'
import { isUnknown, signOne, type AddsOf, type OutputWire, type Unknown } from '../signatures/sign-one.ts'
import { gatesOf } from './gates-of.ts'
import { modulesOf, type ModuleNode } from './module-node.ts'
import { wireValue } from './wire-value.ts'

/** All modules of a run by path, with who reads whom; grows as maps are unfolded. */
export interface NodeGraph {
  readonly nodes: ReadonlyMap<ModulePath, ModuleNode>
  /** Adds the modules of a graph, dependencies first, and signs them as far as that can be known. */
  add(graph: Graph, more?: ElementOf): readonly ModuleNode[]
  get(path: ModulePath): ModuleNode
  /** Whether a condition says no to a module or to something that it cannot do without; its deciders have settled. */
  isShut(node: ModuleNode): boolean
  /** Signs again what lies below a module, now that it has spoken. */
  signBelow(node: ModuleNode): void
}

/** What the modules of a map's element are called, and take over from the map. */
export interface ElementOf {
  readonly nameOf: (path: ModulePath) => string
  readonly fresh: boolean
  readonly tolerated: boolean
}

export interface NodeGraphOptions {
  readonly types: ReadonlyMap<string, AnyModuleType>
  readonly catalog: ModuleCatalog
  resolve(given: Given): Value
  readonly addsOf?: AddsOf
  /** Modules, and all below them, for which nothing is reused; `*` for all. */
  readonly fresh: ReadonlySet<string>
}

export function nodeGraph({ types, fresh, catalog, resolve, addsOf }: NodeGraphOptions): NodeGraph {
  const nodes = new Map<ModulePath, ModuleNode>()

  const get = (path: ModulePath): ModuleNode => {
    const node = nodes.get(path)
    if (!node) throw new AbeyanceError('internal', `${path} is read but is no module of this run`)
    return node
  }
  const known = { catalog, resolve, ...(addsOf && { addsOf }) }
  const sign = (module: FlatModule) =>
    signOne(module, (wire) => printOf(get(wire.module), wire, isShut), known).signature
  const isShut = (node: ModuleNode) => node.gates.some((wire) => wireValue({ get }, wire) !== true)

  const addOne = (module: FlatModule, more: ElementOf | undefined): ModuleNode => {
    const above = [...feedersOf(module)].map(get)
    const node: ModuleNode = {
      module,
      type: module.map ? undefined : typeOf(module, types),
      name: more?.nameOf(module.path) ?? module.path,
      order: nodes.size,
      fresh: more?.fresh === true || isNamed(module.path, fresh) || above.some((other) => other.fresh),
      volatile: isVolatile(module, catalog),
      tolerated: more?.tolerated === true,
      consumers: [],
      ...gatesOf(module, get),
      decides: false,
      signature: sign(module),
      phase: 'unseen',
      surveyed: false,
      seen: 0,
      blockers: [],
      pending: 0,
      waiters: [],
      digests: new Map(),
      partial: false,
    }
    nodes.set(module.path, node)
    for (const other of above) other.consumers.push(node)
    for (const path of module.when?.flatMap(modulesOf) ?? []) get(path).decides = true
    return node
  }

  return {
    nodes,
    get,
    add: (graph, more) => [...graph.modules.values()].map((module) => addOne(module, more)),
    isShut,
    signBelow(node) {
      for (const below of descendants(node)) {
        const again = sign(below.module)
        // What was settled, or found to go on, under the signature before stays what it is.
        if (again === below.signature || below.phase === 'settled' || below.phase === 'suspended') continue
        below.signature = again
        below.surveyed = false
      }
    },
  }
}

function printOf(
  above: ModuleNode,
  wire: OutputWire,
  isShut: NodeGraph['isShut'],
): SourcePrint | Unknown | undefined {
  const decider = above.deciders.find((other) => !hasSpoken(other))
  if (decider) return { unknownUntil: decider.module.path }
  if (isShut(above)) return undefined
  if (above.volatile || above.partial)
    return above.outputs
      ? { value: saidDigest(above, above.outputs, wire.port) }
      : { unknownUntil: above.module.path }
  return typeof above.signature === 'string'
    ? { signature: above.signature, port: wire.port }
    : above.signature
}

/** Whether a condition that reads it has its answer: what failed has none. */
function hasSpoken({ outcome, phase }: ModuleNode): boolean {
  if (phase !== 'settled') return false
  return outcome?.kind === 'done' || (outcome?.kind === 'skipped' && outcome.because === 'condition')
}

/** Digested once, however many modules read it. */
function saidDigest(node: ModuleNode, outputs: Values, port: string): Digest {
  const known = node.digests.get(port)
  if (known !== undefined) return known
  const digest = digestValue(outputs[port] ?? null, `${node.module.path}: outputs.${port}`)
  node.digests.set(port, digest)
  return digest
}

function typeOf(module: FlatModule, types: ReadonlyMap<string, AnyModuleType>): AnyModuleType {
  const type = types.get(module.type)
  if (type) return type
  throw new AbeyanceError(
    'unknown-module-type',
    `${module.path} is of type \`${module.type}\`, which is not known here; name its file under \`use:\` in abeyance.yaml, or hand it to openWorkspace({ modules })`,
  )
}

function isNamed(path: ModulePath, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false
  return (
    names.has('*') ||
    names.has(path) ||
    [...names].some((name) => path.startsWith(`${name}/`) || path.startsWith(`${name}[`))
  )
}

/** What lies below a module in dependency order; what cannot be signed for another reason, and all below that, left out. */
function descendants(node: ModuleNode): readonly ModuleNode[] {
  const found = new Set<ModuleNode>()
  const open = [...node.consumers]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    if (isUnknown(next.signature) && next.signature.unknownUntil !== node.module.path) continue
    found.add(next)
    open.push(...next.consumers)
  }
  return [...found].toSorted((one, other) => one.order - other.order)
}
