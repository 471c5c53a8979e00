import type { Json } from '../core/json.ts'
import type { Resources } from '../pipeline/settings.ts'
import type { ContainerRuntime } from './container-settings.ts'
import type { StagedInput } from '../staging/staged-input.ts'

export type { StagedInput }

/** What to run, with every input known. Plain JSON: kept in the job's record, so that nothing else is needed to submit or collect. */
export interface JobSpec {
  readonly run: Run
  /** What must be there before the command starts, each at `inputs/<path>` of the attempt's folder. */
  readonly staged: readonly StagedInput[]
  /** Set in the job's environment by the wrapper, under the names of the ports: what a script's `$port` gives. */
  readonly variables: Readonly<Record<string, Word>>
  readonly environment: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, Output>>
  readonly resources: Resources
  /** Of a batch script: what its destination gives where neither module nor script say it. */
  readonly otherwise?: Resources
  /** Environment modules to load, where the destination has them. */
  readonly load: readonly string[]
  /** The image to run in, as the module or its destination names it. */
  readonly container?: string
  /** What runs it there; a job with an image and without a runtime cannot run. */
  readonly runtime?: {
    readonly name: ContainerRuntime
    readonly program?: string
    readonly flags?: readonly string[]
  }
}

export type Run =
  | { readonly kind: 'command'; readonly words: readonly Word[] }
  | {
      readonly kind: 'script'
      readonly script: string
      readonly shell: 'bash' | 'sh'
      readonly arguments: readonly Word[]
    }
  /** A script that speaks to its scheduler itself, in lines such as `#SBATCH --time=1:00:00`. */
  | { readonly kind: 'batch'; readonly script: string; readonly arguments: readonly Word[] }

/** One word for the command, in parts: text, the path of a staged input, or a variable of ours resolved at submission. */
export type Word = readonly WordPart[]
export type WordPart =
  | string
  | { readonly staged: string }
  | { readonly variable: 'ABEYANCE_CORES' | 'ABEYANCE_MEMORY_MIB' | 'ABEYANCE_ATTEMPT' | 'ABEYANCE_TAG' }

/** A declared output: a path, or a pattern, relative to the job's own work folder, without `..`; or what the job printed. */
export type Output =
  | { readonly kind: 'stream'; readonly stream: 'stdout' | 'stderr'; readonly as: 'file' | 'text' }
  /** `stays`: it is verified and kept on the machine that made it, and comes home when somebody here reads it. */
  | { readonly kind: 'file'; readonly path: string; readonly optional: boolean; readonly stays?: true }
  | { readonly kind: 'files'; readonly pattern: string; readonly stays?: true }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'text'; readonly path: string }
  | { readonly kind: 'json'; readonly path: string; readonly schema?: Json }
