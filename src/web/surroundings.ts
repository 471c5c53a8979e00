import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'
import type { Picture } from './picture.ts'

/** What all routes have at hand. */
export interface Surroundings {
  readonly view: WorkspaceView
  readonly clock: Clock
  readonly logger: Logger
  /** Who is written down as the one who asked. */
  readonly by: string
  readonly version: string
  /** Jobs and runs as they are; made when it is first needed. */
  picture(): Promise<Picture>
}
