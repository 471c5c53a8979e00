import { AbeyanceError } from '../core/error.ts'
import { modulePath } from '../core/ids.ts'
import type { FlatMap, FlatModule, Graph, Wire } from './graph.ts'
import { replicateOf, unfold, type UnfoldOptions } from './unfold.ts'
import type { Value } from './value.ts'

export interface ElementOptions extends Pick<UnfoldOptions, 'catalog' | 'resolve'> {
  /** The how-manieth element of equal value this is, from 0; used where the map says `replicate` (rule P5). */
  readonly occurrence?: number
}

/**
 * One copy of a map's body (rule P5): `digest[0]` where the body is one module, `clean[0]/trim` where it is a group.
 * `bindings` are the mapped ports; the other ports are the map's own. The condition of the map is decided by now.
 * A map in the body is a module with a map again, and unfolds the same way.
 */
export function unfoldElement(
  module: FlatModule,
  index: number,
  bindings: Readonly<Record<string, Wire>>,
  options: ElementOptions,
): Graph {
  const map = mapOf(module)
  const path = modulePath(`${module.path}[${index}]`)
  const inputs = { ...module.inputs, ...bindings }
  const replicate = [module.replicate ?? [], map.replicate ? (options.occurrence ?? []) : []].flat()
  if (!map.single) {
    const around = { prefix: path, settings: module.settings, when: [], replicate }
    return unfold(map.body, inputs, { ...options, around })
  }
  const { map: _, when: __, replicate: ___, ...plain } = module
  return {
    modules: new Map([[path, { ...plain, path, inputs, ...replicateOf(replicate) }]]),
    outputs: Object.fromEntries(
      Object.keys(map.body.outputs).map((port) => [port, { kind: 'output', module: path, port }]),
    ),
  }
}

/**
 * What the mapped ports are in each element, in order. `zip` walks the lists side by side; `cross` takes every
 * combination, the port named first changing slowest.
 * @throws `invalid-value` when lists that are walked side by side differ in length
 */
export function elementsOf(
  module: FlatModule,
  lists: Readonly<Record<string, readonly Value[]>>,
): readonly Readonly<Record<string, Value>>[] {
  const map = mapOf(module)
  const columns = map.over.map((port) => ({ port, list: listOf(module, lists, port) }))
  return map.as === 'zip' ? zip(module, columns) : cross(columns)
}

interface Column {
  readonly port: string
  readonly list: readonly Value[]
}

function zip(module: FlatModule, columns: readonly Column[]) {
  const length = columns[0]?.list.length ?? 0
  if (columns.some(({ list }) => list.length !== length)) {
    const lengths = columns.map(({ port, list }) => `\`${port}\` has ${list.length}`).join(', ')
    throw new AbeyanceError(
      'invalid-value',
      `map \`${module.path}\` walks its lists side by side, and they differ in length: ${lengths}; ` +
        'give lists of one length, or say `as: cross` for every combination',
    )
  }
  return Array.from({ length }, (_, index) => row(columns, () => index))
}

function cross(columns: readonly Column[]) {
  const total = columns.reduce((product, { list }) => product * list.length, 1)
  return Array.from({ length: columns.length === 0 ? 0 : total }, (_, index) => {
    let rest = index
    const at = columns.toReversed().map(({ list }) => {
      const place = rest % list.length
      rest = Math.floor(rest / list.length)
      return place
    })
    return row(columns, (column) => at[columns.length - 1 - column] ?? 0)
  })
}

function row(columns: readonly Column[], at: (column: number) => number): Readonly<Record<string, Value>> {
  return Object.fromEntries(columns.map(({ port, list }, column) => [port, list[at(column)] ?? null]))
}

function listOf(module: FlatModule, lists: Readonly<Record<string, readonly Value[]>>, port: string) {
  const list = lists[port]
  if (Array.isArray(list)) return list
  throw new AbeyanceError(
    'invalid-value',
    `map \`${module.path}\` runs once for each element of \`${port}\`, which is no list`,
  )
}

function mapOf(module: FlatModule): FlatMap {
  if (module.map === undefined) throw new AbeyanceError('internal', `module \`${module.path}\` is no map`)
  return module.map
}
