import type { OpenOptions } from '../../workspace/open-options.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { NEVER } from '../observables.ts'
import { paints } from '../paint.ts'
import type { Session } from '../session.ts'
import { openTicker } from '../ticker.ts'
import { limitsIn } from '../waiting-for-place.ts'
import type { Shown } from '../watch-lines.ts'
import type { WatchedRuns } from '../watched-runs.ts'
import { openBoard, type Board } from './board.ts'
import { watchFrame } from './frame.ts'
import { runLines } from './run-lines.ts'

export interface LiveContext {
  readonly runs: WatchedRuns
  readonly settings: OpenOptions
  readonly drives: boolean
}

// Between two drawings, in milliseconds: at least, and at most, as spans grow and terminals change their size.
const least = 200
const most = 1000

/**
 * Runs and jobs on a screen of their own, drawn anew as they change. Not listr2, which shows `run --wait`: its list is of tasks that are
 * known before and end once, drawn whole below the prompt; here are thousands of jobs of which a screenful matters, by turns.
 */
export function watchLive(
  session: Session,
  view: WorkspaceView,
  { runs, settings, drives }: LiveContext,
): Shown {
  const over = new AbortController()
  const ticker = openTicker(NEVER, { least, most })
  const screen = session.openScreen(() => ticker.ring())
  const paint = paints(session.colours)
  const limitsOf = limitsIn(settings)
  const title = `abeyance ${view.folder}${drives ? '' : ' (another process drives it)'}`
  let board: Board | undefined
  const drawing = (async () => {
    board = await openBoard(
      view,
      ({ id, state }) => runs.includes(id) && (runs.named || state === 'open'),
      ticker.ring,
    )
    while (!over.signal.aborted) {
      const size = screen.size()
      const notes = screen.notes()
      const now = Date.now()
      screen.draw(watchFrame({ board, size, now, paint, limitsOf, title, notes, all: !runs.named }))
      await ticker.next(over.signal)
    }
  })()
  return {
    broken: drawing.then(() => new Promise(() => {})),
    async close() {
      if (over.signal.aborted) return
      over.abort()
      await drawing.catch(() => {}) // told by `broken`
      board?.close()
      ticker.close()
      screen.close()
      // What was on the screen is gone with it: how the runs stand stays.
      const size = { columns: Infinity, rows: Infinity }
      if (board) for (const line of runLines({ board, size, now: Date.now(), paint }, 10)) session.print(line)
    },
  }
}
