import type { ModulePath } from '../core/ids.ts'
import type { Values } from '../modules/module-type.ts'
import type { FlatMap, Wire } from '../pipeline/graph.ts'
import { elementsOf, unfoldElement } from '../pipeline/unfold-element.ts'
import { isFile, isFolder, type ElementFailure, type Value } from '../pipeline/value.ts'
import { digestValue } from '../signatures/digest-value.ts'
import { AbeyanceError } from '../core/error.ts'
import { fail } from './become.ts'
import { keepOutputs } from './keep-outputs.ts'
import { keyOf, modulesOf, type MapElement, type ModuleNode } from './module-node.ts'
import type { Round } from './round.ts'
import { wireValue } from './wire-value.ts'

/** Unfolds a map whose lists are known: one copy of its body for each element, all asked for in this round (rule P5). */
export function unfoldMap(round: Round, node: ModuleNode, inputs: Values): void {
  const { over } = mapOf(node)
  const lists: Record<string, readonly Value[]> = {}
  for (const port of over) {
    const list = inputs[port]
    if (Array.isArray(list)) lists[port] = list
  }
  const seen = new Map<string, number>()
  node.elements = elementsOf(node.module, lists).map((row, index) => {
    const digest = digestValue(Object.values(row), node.module.path)
    const occurrence = seen.get(digest) ?? 0
    seen.set(digest, occurrence + 1)
    return addElement(round, node, { row, index, occurrence })
  })
  const ends = node.elements.flatMap((element) => endsOf(round, element))
  for (const end of ends) end.consumers.push(node)
  round.block(node, ends)
}

/** Gathers the elements of a map once all have settled: results in input order, failed places marked (rule P5). */
export async function gatherMap(
  round: Round,
  node: ModuleNode,
  elements: readonly MapElement[],
): Promise<void> {
  const failures = elements.map((element, index) => failureOf(round, element, index))
  const failed = failures.filter((failure) => failure !== undefined)
  if (failed.length > tolerated(mapOf(node), elements.length)) {
    const first = failed[0]?.message ?? ''
    return fail(round, node, {
      code: 'element-failed',
      message: `${node.name}: ${failed.length} of ${elements.length} elements failed; the first: ${first}`,
    })
  }
  node.partial = failed.length > 0
  const key = keyOf(node, round.around.run)
  const outputs: Record<string, Value> = {}
  for (const port of Object.keys(mapOf(node).body.outputs)) {
    outputs[port] = elements.map((element, index) => markOf(failures[index]) ?? valueOf(round, element, port))
  }
  await keepOutputs(round, node, { key, outputs, by: gatheredBy(elements) })
}

interface Element {
  readonly row: Values
  readonly index: number
  readonly occurrence: number
}

function addElement(round: Round, node: ModuleNode, { row, index, occurrence }: Element): MapElement {
  const { catalog, resolve } = round.around
  const bindings: Record<string, Wire> = {}
  for (const [port, value] of Object.entries(row)) bindings[port] = { kind: 'value', value }
  const graph = unfoldElement(node.module, index, bindings, { catalog, resolve, occurrence })
  const shown = Object.values(row).map(show).join(' ')
  const nameOf = (path: ModulePath) => `${path} ${shown}`
  const nodes = round.graph.add(graph, {
    nameOf,
    fresh: node.fresh,
    tolerated: node.tolerated || mapOf(node).onElementFailure !== 'fail',
  })
  return { name: `${node.module.path}[${index}] ${shown}`, nodes, outputs: graph.outputs }
}

/** The modules that decide an element: its outputs, and what in it nothing reads. */
function endsOf(round: Round, { nodes, outputs }: MapElement): readonly ModuleNode[] {
  const feeding = Object.values(outputs)
    .flatMap(modulesOf)
    .map((path) => round.graph.get(path))
  return [...new Set([...feeding, ...nodes.filter((inner) => inner.consumers.length === 0)])]
}

function failureOf(round: Round, element: MapElement, index: number): ElementFailure | undefined {
  for (const node of element.nodes) {
    if (node.outcome?.kind === 'failed')
      return { kind: 'element-failure', index, message: node.outcome.error.message }
    if (node.outcome?.kind === 'cancelled')
      return { kind: 'element-failure', index, message: `${element.name} was cancelled` }
    if (node.outcome?.kind === 'skipped' && node.outcome.because === 'failure') {
      return {
        kind: 'element-failure',
        index,
        message: `${element.name} was skipped because ${round.graph.get(node.outcome.of).name} failed`,
      }
    }
  }
  return undefined
}

function markOf(failure: ElementFailure | undefined): Value | undefined {
  return failure && { kind: failure.kind, index: failure.index, message: failure.message }
}

/** An element that a condition skipped leaves null in its place: places are never dropped. */
function valueOf(round: Round, element: MapElement, port: string): Value {
  const wire = element.outputs[port]
  return (wire && wireValue(round.graph, wire)) ?? null
}

function tolerated({ onElementFailure }: FlatMap, elements: number): number {
  if (onElementFailure === 'fail') return 0
  return onElementFailure === 'keep-going' ? elements : onElementFailure.tolerate
}

function gatheredBy(elements: readonly MapElement[]): 'computed' | 'reused' | 'collected' {
  const ways = new Set(
    elements.flatMap(({ nodes }) =>
      nodes.map(({ outcome }) => (outcome?.kind === 'done' ? outcome.by : 'reused')),
    ),
  )
  return ways.has('collected') ? 'collected' : ways.has('computed') ? 'computed' : 'reused'
}

function show(value: Value): string {
  if (isFile(value) || isFolder(value)) return value.name
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

function mapOf(node: ModuleNode): FlatMap {
  if (!node.module.map) throw new AbeyanceError('internal', `${node.name} is no map`)
  return node.module.map
}
