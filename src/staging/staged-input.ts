import type { FileValue, FolderValue } from '../pipeline/value.ts'

/** `path` is relative to the attempt's `inputs` folder: `genome/lambda.fa`. */
export type StagedInput =
  | { readonly path: string; readonly value: FileValue | FolderValue }
  | { readonly path: string; readonly text: string }
