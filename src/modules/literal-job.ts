import type { Json } from '../core/json.ts'
import type { Schema } from '../pipeline/ports.ts'
import type { Resources } from '../pipeline/settings.ts'
import type { FileValue, FolderValue } from '../pipeline/value.ts'
import type { JobSpec } from '../runners/job-spec.ts'
import { declaredOutput } from './declared-output.ts'
import { makeJobSpec, type DeclaredWord } from './make-job-spec.ts'
import { schemaJson } from './schema-json.ts'

/** One word of a command: text as it stands, a file or folder by its path, or several of these joined into one word. */
export type LiteralWord = string | FileValue | FolderValue | readonly (string | FileValue | FolderValue)[]

/** An output as it is declared: a path in the job's own folder, or what to make of it. */
export type OutputDeclaration =
  | string
  /** `stays`: it is kept on the machine that made it, and comes home when somebody here reads it. */
  | { readonly file: string; readonly optional?: true; readonly stays?: true }
  | { readonly files: string; readonly stays?: true }
  | { readonly folder: string }
  | { readonly text: string }
  | { readonly json: string; readonly schema?: Schema }
  /** What the job printed: a file, or, if it is short, a text. */
  | { readonly stream: 'stdout' | 'stderr'; readonly as?: 'file' | 'text' }

export interface JobSurroundings {
  readonly outputs: Readonly<Record<string, OutputDeclaration>>
  readonly environment?: Readonly<Record<string, string>>
  readonly container?: string
  readonly load?: readonly string[]
}

/** A job that code made: nothing in its words is a reference. */
export type JobDefinition = JobSurroundings &
  (
    | { readonly command: readonly LiteralWord[] }
    | { readonly script: string; readonly arguments?: readonly LiteralWord[]; readonly shell?: 'bash' | 'sh' }
  )

export function literalJob(job: JobDefinition, resources: Resources): JobSpec {
  const { environment = {}, load = [], container } = job
  const run =
    'command' in job
      ? ({ kind: 'command', words: job.command.map(wordOf) } as const)
      : ({
          kind: 'script',
          script: job.script,
          shell: job.shell ?? 'bash',
          arguments: (job.arguments ?? []).map(wordOf),
        } as const)
  const outputs = Object.fromEntries(
    Object.entries(job.outputs).map(([name, output]) => [name, declaredOutput(name, outputJson(output))]),
  )
  const declared = { run, outputs, environment, load, ...(container !== undefined && { container }) }
  return makeJobSpec(declared, {}, resources)
}

/** An output as a document holds it: a schema becomes JSON Schema. */
export function outputJson(output: OutputDeclaration): Json {
  if (typeof output === 'string' || !('json' in output)) return output
  return { json: output.json, ...(output.schema && { schema: schemaJson(output.schema) }) }
}

function wordOf(word: LiteralWord): DeclaredWord {
  return { kind: 'word', parts: isJoined(word) ? word : [word] }
}

function isJoined(word: LiteralWord): word is readonly (string | FileValue | FolderValue)[] {
  return Array.isArray(word)
}
