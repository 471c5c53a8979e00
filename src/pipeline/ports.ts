import { fileURLToPath } from 'node:url'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { given, type FileReference, type FolderReference, type Where } from './pipeline.ts'
import type { PortType } from './port-type.ts'
import { isFile, isFolder, type FileValue, type FolderValue } from './value.ts'

/** What a port takes or gives: any Standard Schema. */
export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>
/** Ports by name; a name is a letter in lower case, then letters, digits and `_`. */
export type Ports = Readonly<Record<string, Schema>>

type Optional<P extends Ports> = {
  [K in keyof P]: undefined extends StandardSchemaV1.InferInput<P[K]> ? K : never
}[keyof P]
/** What whoever fills the ports gives: what a schema takes, optional where it may be left out. */
export type PortsGiven<P extends Ports> = {
  readonly [K in Exclude<keyof P, Optional<P>>]: StandardSchemaV1.InferInput<P[K]>
} & { readonly [K in Optional<P>]?: StandardSchemaV1.InferInput<P[K]> }
/** What whoever reads the ports gets: what a schema makes of what was given. */
export type PortsTaken<P extends Ports> = { readonly [K in keyof P]: StandardSchemaV1.InferOutput<P[K]> }

/** A schema of ours: it says its port type itself. */
export interface PortSchema<Input, Output> extends Schema<Input, Output> {
  readonly portType: PortType
}

/** One word declares and gives: `genome: file` is a port, `file('lambda.fa')` a value, its path relative to the workspace's folder, or to its document's. */
export const file: PortSchema<FileValue | FileReference, FileValue> &
  ((path: string | URL, where?: Where) => FileReference) = Object.assign(
  (path: string | URL, where: Where = {}): FileReference =>
    Object.freeze<FileReference>({ file: pathOf(path), ...where, [given]: true }),
  schema<FileValue | FileReference, FileValue>('file', (value) =>
    isFile(value) ? { value } : { issues: [{ message: 'expected a file' }] },
  ),
)

/** As `file`, for a folder with all that is in it. */
export const folder: PortSchema<FolderValue | FolderReference, FolderValue> &
  ((path: string | URL, where?: Where) => FolderReference) = Object.assign(
  (path: string | URL, where: Where = {}): FolderReference =>
    Object.freeze<FolderReference>({ folder: pathOf(path), ...where, [given]: true }),
  schema<FolderValue | FolderReference, FolderValue>('folder', (value) =>
    isFolder(value) ? { value } : { issues: [{ message: 'expected a folder' }] },
  ),
)

/** A list of what another schema takes: `list(file)`. */
export function list<S extends Schema>(
  of: S,
): PortSchema<readonly StandardSchemaV1.InferInput<S>[], readonly StandardSchemaV1.InferOutput<S>[]> {
  return schema([portTypeOf(of)], (value) => {
    if (!Array.isArray(value)) return { issues: [{ message: 'expected a list' }] }
    const results = value.map((one: unknown) => of['~standard'].validate(one))
    const settled = results.flatMap((result) => (result instanceof Promise ? [] : [result]))
    return settled.length === results.length
      ? joined(settled)
      : Promise.all(results.map((result) => Promise.resolve(result))).then(joined)
  })
}

/** The type by which connections are checked: of our own schemas their own, else what the schema's JSON Schema says, else `json`. */
export function portTypeOf(schema: Schema): PortType {
  if (isPortSchema(schema)) return schema.portType
  return typeOfJsonSchema(jsonSchemaOf(schema))
}

/** Whether a port may be left out: its schema takes `undefined`. */
export function isOptional(schema: Schema): boolean {
  const result = schema['~standard'].validate(undefined)
  return !(result instanceof Promise) && result.issues === undefined
}

/** What a schema makes of nothing, such as zod's `.default(...)`. */
export function defaultOf(schema: Schema): unknown {
  const result = schema['~standard'].validate(undefined)
  return result instanceof Promise || result.issues !== undefined ? undefined : result.value
}

function schema<Input, Output>(
  portType: PortType,
  validate: StandardSchemaV1.Props<Input, Output>['validate'],
): PortSchema<Input, Output> {
  return { portType, '~standard': { version: 1, vendor: 'abeyance', validate } }
}

function joined<T>(results: readonly StandardSchemaV1.Result<T>[]): StandardSchemaV1.Result<readonly T[]> {
  const issues = results.flatMap((result, index) =>
    (result.issues ?? []).map((issue) => ({ ...issue, path: [index, ...(issue.path ?? [])] })),
  )
  if (issues.length > 0) return { issues }
  return { value: results.flatMap((result) => (result.issues === undefined ? [result.value] : [])) }
}

function pathOf(path: string | URL): string {
  return typeof path === 'string' ? path : fileURLToPath(path)
}

function isPortSchema(schema: Schema): schema is PortSchema<unknown, unknown> {
  return schema['~standard'].vendor === 'abeyance' && 'portType' in schema
}

// Standard JSON Schema is optional, and a library may throw for what it cannot express.
function jsonSchemaOf(schema: Schema): unknown {
  const standard = schema['~standard']
  const jsonSchema: unknown = 'jsonSchema' in standard ? standard.jsonSchema : undefined
  if (typeof jsonSchema !== 'object' || jsonSchema === null || !('input' in jsonSchema)) return undefined
  if (typeof jsonSchema.input !== 'function') return undefined
  try {
    return jsonSchema.input({ target: 'draft-2020-12' })
  } catch {
    return undefined
  }
}

function typeOfJsonSchema(json: unknown): PortType {
  if (typeof json !== 'object' || json === null || !('type' in json)) return 'json'
  switch (json.type) {
    case 'string':
    case 'number':
    case 'integer':
    case 'boolean':
      return json.type
    case 'array':
      return 'items' in json ? [typeOfJsonSchema(json.items)] : ['json']
    default:
      return 'json'
  }
}
