import type { Json, JsonObject } from '../core/json.ts'
import type { PortType } from './port-type.ts'
import type { Settings } from './settings.ts'

/**
 * The whole graph as plain immutable data; its document in YAML or JSON and this value are the same thing (rule P1).
 * Made by `pipeline()`, `readPipeline()` and the edits of `edit.ts`, never by hand.
 */
export interface Pipeline {
  readonly abeyance: 1
  readonly name: string
  /** Its free ports: what a run gives, and the ports that it has as a group. */
  readonly inputs: Readonly<Record<string, PipelineInput>>
  readonly modules: readonly Module[]
  readonly outputs: Readonly<Record<string, OutputReference>>
  /** Where relative paths in it start: the folder of the document that it was read from. No part of the document. */
  readonly [folder]?: string
}

export interface PipelineInput {
  readonly type: PortType
  readonly default?: Given
  /** May be left out; the ports that it feeds then get nothing. */
  readonly optional?: true
}

/** A node of a pipeline. */
export interface Module {
  readonly id: string
  /** Such as `command`, `wait/until`, `acme/align`; `group` for a pipeline used as one module. */
  readonly type: string
  /** The declared behaviour version of the type (rule S6). */
  readonly version: number
  /** What shapes the module and is no port: words or script, environment, container, outputs. Signed. */
  readonly parameters: JsonObject
  /** What its ports are given. */
  readonly inputs: Readonly<Record<string, Source>>
  readonly settings: Settings
  readonly map?: MapShape
  /** A condition: false means `skipped` (rule P6). */
  readonly when?: Source
  /** Makes an equal module a job of its own (F13). */
  readonly replicate?: number
  /** Of a group: the pipeline inside. */
  readonly group?: Pipeline
}

export interface MapShape {
  readonly over: readonly string[]
  readonly as: 'zip' | 'cross'
  readonly onElementFailure: Tolerance
  /** Equal elements get jobs of their own, told apart by their occurrence. */
  readonly replicate?: true
}

export type Tolerance = 'fail' | 'keep-going' | { readonly tolerate: number }

/** Where a port's value comes from: given, an input of the pipeline around, an output of another module, or several in order. */
export type Source =
  | { readonly kind: 'given'; readonly given: Given }
  | { readonly kind: 'input'; readonly input: string }
  | OutputReference
  | { readonly kind: 'list'; readonly sources: readonly Source[] }

export interface OutputReference {
  readonly kind: 'output'
  readonly module: string
  readonly port: string
}

/** What a person gives: JSON, or a file or folder by its path, relative to the document's folder; in a list, any of them. */
export type Given = Json | FileReference | FolderReference | readonly Given[]

/** Only `file()`, `folder()` and documents make these: JSON from the network cannot name a path (they carry a symbol that JSON cannot). */
export interface FileReference extends Where {
  readonly file: string
  readonly [given]: true
}
export interface FolderReference extends Where {
  readonly folder: string
  readonly [given]: true
}
export interface Where {
  /** A destination: the file stays there and is used there. */
  readonly at?: string
  readonly sign?: 'content' | 'stat' | { readonly pinned: string }
}
/** Marks what a person named; the same for all copies of this module in a process. */
export const given: unique symbol = Symbol.for('abeyance.given')
/** Marks where a pipeline was read from. */
export const folder: unique symbol = Symbol.for('abeyance.folder')

/** The same pipeline, whose relative paths start in a folder. */
export function inFolder(pipeline: Pipeline, path: string): Pipeline {
  return { ...pipeline, [folder]: path }
}
