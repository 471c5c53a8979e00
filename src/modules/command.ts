import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Json, JsonObject } from '../core/json.ts'
import type { ModuleShape } from '../pipeline/connection.ts'
import { shapeOf } from '../pipeline/pipeline-builder.ts'
import type { Ports, PortsGiven, Schema } from '../pipeline/ports.ts'
import type { Settings } from '../pipeline/settings.ts'
import type { FileValue, FolderValue } from '../pipeline/value.ts'
import { batchType } from './batch-type.ts'
import { commandType } from './command-type.ts'
import { outputJson, type JobSurroundings, type OutputDeclaration } from './literal-job.ts'
import type { AnyModuleType } from './module-type.ts'

/** What an output that is declared so gives. */
export type OutputValue<D> = D extends string
  ? FileValue
  : D extends { readonly optional: true }
    ? FileValue | null
    : D extends { readonly file: string }
      ? FileValue
      : D extends { readonly files: string }
        ? readonly FileValue[]
        : D extends { readonly folder: string }
          ? FolderValue
          : D extends { readonly text: string } | { readonly stream: string; readonly as: 'text' }
            ? string
            : D extends { readonly stream: string }
              ? FileValue
              : D extends { readonly schema: infer S extends Schema }
                ? StandardSchemaV1.InferOutput<S>
                : Json

/** A command, each word of which may name inputs as `$port`, or a script, which finds them in its environment. */
export type CommandDefinition = JobSurroundings &
  (
    | { readonly command: readonly string[] }
    | { readonly script: string; readonly arguments?: readonly string[]; readonly shell?: 'bash' | 'sh' }
  )

export interface BatchDefinition extends JobSurroundings {
  readonly script?: string
  readonly arguments?: readonly string[]
}

/**
 * A job as data: its parameters are what a document with `command:` or `script:` holds, so that no code is needed after a restart.
 * `inputs` are for the compiler; in documents the types of a command's inputs are those of what is connected.
 */
export function command<const P extends Ports, const Q extends Readonly<Record<string, OutputDeclaration>>>(
  definition: CommandDefinition & Settings & { readonly inputs: P; readonly outputs: Q },
): ModuleShape<PortsGiven<P>, { readonly [K in keyof Q]: OutputValue<Q[K]> }> {
  return declaredShape(commandType, definition)
}

/**
 * A batch script with its scheduler's own directives, such as `#SBATCH --time=1:00:00`: as a text, or, without one, as a file
 * that is given to its input `script`.
 */
export function batch<const P extends Ports, const Q extends Readonly<Record<string, OutputDeclaration>>>(
  definition: BatchDefinition & Settings & { readonly inputs: P; readonly outputs: Q },
): ModuleShape<PortsGiven<P>, { readonly [K in keyof Q]: OutputValue<Q[K]> }> {
  return declaredShape(batchType, definition)
}

function declaredShape<I, O>(
  { type, version, kind }: AnyModuleType,
  definition: JobSurroundings & Settings & { readonly inputs: Ports },
): ModuleShape<I, O> {
  const {
    inputs: _,
    label,
    destination,
    tags,
    resources,
    retry,
    log,
    logs,
    signDestination,
    outputs,
    ...run
  } = definition
  const asked = { label, destination, tags, resources, retry, log, logs, signDestination }
  return shapeOf({ type, version, kind, parameters: parametersOf(run, outputs), settings: given(asked) })
}

function parametersOf(run: object, outputs: Readonly<Record<string, OutputDeclaration>>): JsonObject {
  const declared = Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [name, outputJson(output)]),
  )
  return { ...given(run), outputs: declared }
}

function given<T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never
}
