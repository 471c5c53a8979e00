// The public face, name by name: a new export is a visible line. Nothing inside imports this file; drivers have doors of their own.

export { AbeyanceError, errorCodes, isAbeyanceError, type ErrorCode } from './core/error.ts'
export type { Clock } from './core/clock.ts'
export type {
  Digest,
  JobKey,
  ModulePath,
  NativeId,
  NoticeId,
  RunId,
  Signature,
  Tag,
  WorkspaceId,
} from './core/ids.ts'
export type { Json } from './core/json.ts'
export type { Logger } from './core/logger.ts'
export { reasons, type Reason } from './core/reason.ts'
export type { Settings, Resources, RetryRule, LogRule } from './pipeline/settings.ts'
export type { ElementFailure, FileValue, FolderValue, Place, Value } from './pipeline/value.ts'
export type { FileReference, FolderReference, Given, Module, Pipeline } from './pipeline/pipeline.ts'
export { openWorkspace } from './workspace/open-workspace.ts'
export { readWorkspace } from './workspace/read-workspace.ts'
export type * from './workspace/workspace.ts'
export type { OpenOptions, Destination, DestinationLimits } from './workspace/open-options.ts'
