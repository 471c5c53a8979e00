import type { Clock } from '../core/clock.ts'
import type { JobKey, WorkspaceId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { AnyModuleType } from '../modules/module-type.ts'
import type { OpenMonitor } from '../monitor/open-monitor.ts'
import type { Outbox } from '../monitor/outbox.ts'
import type { ModuleCatalog } from '../pipeline/module-kind.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { Readable } from '../records/kept-run.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { DigestMemo } from '../signatures/digest-memo.ts'
import type { FarFiles } from './far-files.ts'
import type { GuardedObjects } from './guarded-objects.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import type { OpenDestination } from './open-destinations.ts'
import type { Routes } from './routes.ts'
import type { StateFolder } from './state-folder.ts'
import type { Waits } from './waits.ts'
import type { Files } from './workspace.ts'

/** What planning reads; a process that does not drive has it too. */
export interface Planning extends Pick<
  Interior,
  'folder' | 'files' | 'far' | 'memo' | 'types' | 'catalog' | 'routes' | 'clock'
> {
  readonly store: Readable
  readonly objects: ObjectStore
  jobOf(key: JobKey): Promise<JobRecord | undefined>
}

/** The parts of a workspace that is driven, as its own files hand them to each other. */
export interface Interior {
  readonly folder: string
  readonly state: StateFolder
  readonly id: WorkspaceId
  readonly store: RecordStore
  readonly objects: GuardedObjects
  readonly files: Files
  readonly far: FarFiles
  readonly memo: DigestMemo
  readonly types: ReadonlyMap<string, AnyModuleType>
  readonly catalog: ModuleCatalog
  readonly destinations: ReadonlyMap<string, OpenDestination>
  readonly routes: Routes
  readonly monitor: OpenMonitor
  readonly outbox: Outbox
  /** Names of the notifiers that there are. */
  readonly recipients: ReadonlySet<string>
  readonly waits: Waits
  readonly clock: Clock
  readonly logger: Logger
  /** Aborted when the workspace closes. */
  readonly signal: AbortSignal
}
