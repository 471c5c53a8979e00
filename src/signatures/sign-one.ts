import { isDeepStrictEqual } from 'node:util'
import type { ModulePath, Signature } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import type { FlatModule, Wire } from '../pipeline/graph.ts'
import type { ModuleCatalog } from '../pipeline/module-kind.ts'
import type { Given } from '../pipeline/pipeline.ts'
import type { Value } from '../pipeline/value.ts'
import { printWire, type PrintOf, type Tally } from './print-wire.ts'
import { mapParameters, unfoldBody } from './sign-map.ts'
import { signModule, type ModuleParts, type SourcePrint } from './sign-module.ts'
import { signedVersion } from './signed-version.ts'
import { isUnknown, type Unknown } from './unknown-until.ts'

export { isUnknown, type Unknown } from './unknown-until.ts'
export type { OutputWire, PrintOf } from './print-wire.ts'

/** What signing must know of types and of files that are named inside a map's body. */
export interface Types {
  readonly catalog: ModuleCatalog
  /** The value of what a person gave, as for `unfold`. */
  readonly resolve: (given: Given) => Value
  /** What the destination of a module adds to its job; asked of modules alone that want it signed (rule S5). `path`: also inside a map's body. */
  readonly addsOf?: AddsOf
}

export type AddsOf = (module: FlatModule, path: string) => JsonObject | undefined

/** One module as it was signed, with all that went into its signature. */
export interface SignedModule {
  readonly module: FlatModule
  readonly signature: Signature | Unknown
  /** What was signed as type, version and parameters; of a map these say what its body is. */
  readonly type: string
  readonly version: number
  readonly parameters: JsonObject
  /** By port; absent where nothing is given. */
  readonly inputs: Readonly<Record<string, SourcePrint | Unknown>>
  readonly when?: readonly SourcePrint[]
  /** Of a map: the modules of its body, signed with symbols for its ports. */
  readonly body?: ReadonlyMap<ModulePath, SignedModule>
  /** How many times something was hashed for this, besides files. */
  readonly hashes: number
}

/**
 * Signs one module whose sources are signed: the step of `signGraph`, and of a round as values come to be known. `before` is the
 * module as it was signed earlier, maybe otherwise: what is the same is not hashed again.
 */
export function signOne(
  module: FlatModule,
  printOf: PrintOf,
  types: Types,
  before?: SignedModule,
): SignedModule {
  return sign(module, { printOf, types, before, inBody: false })
}

interface Context {
  readonly printOf: PrintOf
  readonly types: Types
  readonly before: SignedModule | undefined
  readonly inBody: boolean
  /** Of the map around it. */
  readonly within?: string
}

function sign(module: FlatModule, context: Context): SignedModule {
  const tally: Tally = { hashes: 0 }
  const inputs = printInputs(module, context, tally)
  const when =
    context.inBody && module.when !== undefined ? printWhen(module.when, context, tally) : undefined
  const body = module.map && signBody(module, context, tally)
  const parts = {
    type: module.map ? 'map' : module.type,
    version: module.map ? 1 : signedVersion(module.version, context.types.catalog.get(module.type)),
    parameters: module.map
      ? mapParameters(module.map, body?.outputs ?? {})
      : signedParameters(module, context),
    ...(module.replicate !== undefined && { replicate: module.replicate }),
    ...(when !== undefined && { when }),
  }
  const signature = signatureOf(module, parts, inputs, context.before, tally)
  return { module, ...parts, inputs, ...(body && { body: body.modules }), signature, hashes: tally.hashes }
}

/** The key under which additions are signed: no parameter of a document has such a name. */
export const additionsKey = '@destination'

/** With what its destination adds, where it asks: that shapes the module as a parameter does. */
function signedParameters(module: FlatModule, context: Context): JsonObject {
  const { catalog, addsOf } = context.types
  const kind = catalog.get(module.type)
  const parameters = kind?.signed?.(module.parameters) ?? module.parameters
  const asks = module.settings.signDestination ?? kind?.signDestination
  const adds = asks ? addsOf?.(module, pathOf(module, context)) : undefined
  return adds ? { ...parameters, [additionsKey]: adds } : parameters
}

/** `digest[]/trim` of what stands in the body of a map. */
function pathOf({ path }: FlatModule, { within }: Context): string {
  return within === undefined ? path : `${within}[]/${path}`
}

function printInputs(module: FlatModule, { printOf, before }: Context, tally: Tally): SignedModule['inputs'] {
  const inputs: Record<string, SourcePrint | Unknown> = {}
  for (const [port, wire] of Object.entries(module.inputs)) {
    const [oldWire, oldPrint] = [before?.module.inputs[port], before?.inputs[port]]
    const old = oldWire && oldPrint && { wire: oldWire, print: oldPrint }
    const where = `${module.path}: inputs.${port}`
    const print = printWire(wire, { printOf, where, tally, before: old })
    if (print !== undefined) inputs[port] = print
  }
  return inputs
}

function printWhen(conditions: readonly Wire[], { printOf }: Context, tally: Tally): readonly SourcePrint[] {
  return conditions.flatMap((wire) => {
    const print = printWire(wire, { printOf, where: 'when', tally })
    return print === undefined || isUnknown(print) ? [] : [print]
  })
}

/** Signs a map's body with symbols for the map's ports: what it is, whatever it is given and whatever its modules are called (S9). */
function signBody(module: FlatModule, context: Context, tally: Tally) {
  const { types } = context
  const within = pathOf(module, context)
  const signed = new Map<ModulePath, SignedModule>()
  const { graph, symbolOf } = unfoldBody(module, types)
  const printOf: PrintOf = (wire) => {
    const symbol = symbolOf(wire)
    if (symbol !== undefined) return { symbol }
    const above = signed.get(wire.module)?.signature
    return typeof above === 'string' ? { signature: above, port: wire.port } : above
  }
  for (const [path, inner] of graph.modules) {
    const before = context.before?.body?.get(path)
    const one = sign(inner, { printOf, types, before, inBody: true, within })
    tally.hashes += one.hashes
    signed.set(path, one)
  }
  const outputs: Record<string, SourcePrint> = {}
  for (const [port, wire] of Object.entries(graph.outputs)) {
    const print = printWire(wire, { printOf, where: `${module.path}: outputs.${port}`, tally })
    if (print !== undefined && !isUnknown(print)) outputs[port] = print
  }
  return { modules: signed, outputs }
}

function signatureOf(
  module: FlatModule,
  parts: Omit<ModuleParts, 'inputs'>,
  prints: SignedModule['inputs'],
  before: SignedModule | undefined,
  tally: Tally,
): Signature | Unknown {
  const inputs: Record<string, SourcePrint> = {}
  for (const [port, print] of Object.entries(prints)) {
    if (isUnknown(print)) return print
    inputs[port] = print
  }
  if (before !== undefined && isSame({ ...parts, inputs }, before)) return before.signature
  tally.hashes++
  return signModule({ ...parts, inputs }, `${module.path}: parameters`)
}

function isSame(parts: ModuleParts, before: SignedModule): boolean {
  return (
    parts.type === before.type &&
    parts.version === before.version &&
    isDeepStrictEqual(parts.replicate, before.module.replicate) &&
    isDeepStrictEqual(parts.inputs, before.inputs) &&
    isDeepStrictEqual(parts.when, before.when) &&
    isDeepStrictEqual(parts.parameters, before.parameters)
  )
}
