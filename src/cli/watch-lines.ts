import type { WorkspaceEvent, WorkspaceView } from '../workspace/workspace.ts'
import { eventLine } from './event-lines.ts'
import type { Session } from './session.ts'
import { showTime } from './show-time.ts'
import type { WatchedRuns } from './watched-runs.ts'

export interface Shown {
  /** Rejects when nothing can be shown any more; else it stays as it is. */
  readonly broken: Promise<never>
  /** Closing twice is fine. */
  close(): Promise<void>
}

export interface LinesContext {
  readonly runs: WatchedRuns
  readonly events: { hear(heard: (event: WorkspaceEvent) => void): () => void }
  readonly json: boolean
}

/** A line for each event of the watched runs, from what was found out while the workspace opened. */
export function watchLines(
  session: Session,
  { folder }: WorkspaceView,
  { runs, events, json }: LinesContext,
): Shown {
  session.tell(`watching ${folder}; Ctrl+C ends the watching, jobs go on`)
  const silence = events.hear((event) => {
    if (!runs.concerns(event)) return
    if (json) session.print(JSON.stringify({ at: Date.now(), ...event }))
    else session.print(`${showTime(Date.now())}  ${eventLine(event)}`)
  })
  return {
    broken: new Promise(() => {}),
    close() {
      silence()
      return Promise.resolve()
    },
  }
}
