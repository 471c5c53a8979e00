import type { JsonObject } from '../core/json.ts'
import type { PortType } from './port-type.ts'

/** What the graph must know of a module type, without its code: handed in by whoever has the types. */
export interface ModuleKind {
  readonly type: string
  readonly version: number
  /** Older versions that mean the same; the oldest of all is what is signed (rule S6). */
  readonly same?: readonly number[]
  /** What it gives may differ each time: what lies below is signed by the values it gave (rule S4). */
  readonly volatile?: boolean
  /** What of its parameters is signed, where some do not bear on what it gives; all of them where it does not say. */
  signed?(parameters: JsonObject): JsonObject
  /** What a destination adds to a job of this type may change its results, and is signed; a module may say otherwise (rule S5). */
  readonly signDestination?: boolean
  /** The ports of a module of this type, which may follow from its parameters. */
  ports(parameters: JsonObject): PortTable
}

export interface PortTable {
  /** `any`: whatever the module's `inputs` name, of any type. */
  readonly inputs: 'any' | Readonly<Record<string, InputPort>>
  readonly outputs: Readonly<Record<string, PortType>>
}

export interface InputPort {
  readonly type: PortType
  readonly optional?: boolean
}

export type ModuleCatalog = ReadonlyMap<string, ModuleKind>
