// The public face, name by name: a new export is a visible line. Nothing inside imports this file; drivers have doors of their own.

export { AbeyanceError, errorCodes, isAbeyanceError, type ErrorCode } from './core/error.ts'
export type { Clock } from './core/clock.ts'
export {
  jobKey,
  modulePath,
  runId,
  type Digest,
  type JobKey,
  type ModulePath,
  type NativeId,
  type NoticeId,
  type RunId,
  type Signature,
  type Tag,
  type WorkspaceId,
} from './core/ids.ts'
export type { Json } from './core/json.ts'
export type { Logger } from './core/logger.ts'
export { reasons, type Reason } from './core/reason.ts'
export type { LogSettings } from './pipeline/log-settings.ts'
export type { Settings, Resources, RetryRule, LogRule } from './pipeline/settings.ts'
export type { ElementFailure, FileValue, FolderValue, Place, Value } from './pipeline/value.ts'
export type { FileReference, FolderReference, Given, Module, Pipeline } from './pipeline/pipeline.ts'
export type { Builder, ModuleShape, OutputPort, TypedPipeline } from './pipeline/connection.ts'
export type { Problem } from './pipeline/problem.ts'
export {
  file,
  folder,
  list,
  type Ports,
  type PortsGiven,
  type PortsTaken,
  type Schema,
} from './pipeline/ports.ts'
export { pipeline } from './pipeline/pipeline-builder.ts'
export { addModule, connect, removeModule, setParam } from './pipeline/edit.ts'
export type { JobRecord, JobChange } from './records/job-record.ts'
export type { FinalState, JobState } from './records/job-state.ts'
export type { Evidence } from './records/evidence.ts'
export type { Outcome, Suspension } from './records/outcome.ts'
export type { RunRecord } from './records/run-record.ts'
export type { RecordStore } from './records/record-store.ts'
export type { Runner, RunnerKind } from './runners/runner.ts'
export type { Transport } from './transports/transport.ts'
export type { Notice, NoticeEvent, Notifier } from './notifiers/notifier.ts'
export { batch, command, type OutputValue } from './modules/command.ts'
export { moduleType } from './modules/module-type-of.ts'
export type { AnyModuleType, CollectContext, ComputeContext } from './modules/module-type.ts'
export type { JobEvent, JobsNews, LogFrom, LogNews, LogOptions } from './monitor/job-monitor.ts'
export type { NoticeRule } from './monitor/notice-rule.ts'
export { checkDocument, readPipeline, toDocument } from './workspace/documents.ts'
export type { HeldWait } from './workspace/held-waits.ts'
export type { AnswerReceipt, CallbackAnswer, WaitAnswer } from './workspace/wait-answer.ts'
export { openWorkspace } from './workspace/open-workspace.ts'
export { readWorkspace } from './workspace/read-workspace.ts'
export type * from './workspace/typed-workspace.ts'
export type * from './workspace/workspace.ts'
export type { DestinationLimits } from './workspace/destination-limits.ts'
export type { Destination, OpenOptions } from './workspace/open-options.ts'
