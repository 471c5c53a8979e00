import type { Digest, Signature } from '../core/ids.ts'
import type { Wire } from '../pipeline/graph.ts'
import { isFile, isFolder, type Value } from '../pipeline/value.ts'
import { digestValue } from './digest-value.ts'
import type { SourcePrint } from './sign-module.ts'
import type { SignedGraph } from './sign-graph.ts'
import type { SignedModule } from './sign-one.ts'
import type { Unknown } from './unknown-until.ts'

/** What is kept of a module beside its signature to say later why another differs (rule S8): plain JSON, a few hundred bytes. */
export interface Components {
  readonly signature: Signature | Unknown
  readonly type: string
  readonly version: number
  readonly replicate?: number | readonly number[]
  /** A digest for each key of the parameters. */
  readonly parameters: Readonly<Record<string, Digest>>
  readonly inputs: Readonly<Record<string, InputComponent>>
}

export interface InputComponent {
  readonly print: SourcePrint | Unknown
  /** What was given here, short, to be shown: names of files, or the start of a value's JSON. */
  readonly given?: { readonly kind: 'files' | 'value'; readonly text: string }
  /** The modules that it comes from, in order. */
  readonly from: readonly string[]
}

/** By module path. */
export type GraphComponents = Readonly<Record<string, Components>>

/** The components of every module of a signed graph. */
export function componentsOf(signed: SignedGraph): GraphComponents {
  return Object.fromEntries([...signed].map(([path, module]) => [path, componentsOfOne(module)]))
}

/** What is kept of one module. */
export function componentsOfOne(signed: SignedModule): Components {
  const { module, signature, type, version, parameters, inputs } = signed
  return {
    signature,
    type,
    version,
    ...(module.replicate !== undefined && { replicate: module.replicate }),
    parameters: mapRecord(parameters, (value) => digestValue(value)),
    inputs: mapRecord(inputs, (print, port) => inputComponent(print, module.inputs[port])),
  }
}

function inputComponent(print: SourcePrint | Unknown, wire: Wire | undefined): InputComponent {
  if (wire === undefined) return { print, from: [] }
  const { values, from } = endsOf(wire)
  if (values.length === 0) return { print, from }
  const names = values.flat().flatMap((value) => (isFile(value) || isFolder(value) ? [value.name] : []))
  if (names.length > 0) return { print, from, given: { kind: 'files', text: shorten(names.join(', ')) } }
  const text = values.map((value) => JSON.stringify(value)).join(', ')
  return { print, from, given: { kind: 'value', text: shorten(text) } }
}

function endsOf(wire: Wire): { readonly values: readonly Value[]; readonly from: readonly string[] } {
  if (wire.kind === 'value') return { values: [wire.value], from: [] }
  if (wire.kind === 'output') return { values: [], from: [wire.module] }
  const ends = wire.wires.map(endsOf)
  return { values: ends.flatMap(({ values }) => values), from: ends.flatMap(({ from }) => from) }
}

function shorten(text: string): string {
  const characters = Array.from(text.slice(0, 200)) // never half a character
  return characters.length > 60 ? `${characters.slice(0, 57).join('')}...` : text
}

function mapRecord<T, U>(
  record: Readonly<Record<string, T>>,
  of: (value: T, key: string) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value, key)]))
}
