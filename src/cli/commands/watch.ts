import type { Command } from 'commander'
import { isAbeyanceError } from '../../core/error.ts'
import type { OpenOptions } from '../../workspace/open-options.ts'
import type { Workspace, WorkspaceEvent, WorkspaceView } from '../../workspace/workspace.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface WatchWords {
  readonly untilDone?: true
  readonly follow?: true
  readonly drive?: boolean
  readonly lines?: true
  readonly json?: true
}

export function watchCommand(cli: Cli): Command {
  return newCommand(
    'watch',
    'show runs and jobs as they go on, and drive the workspace where nobody does: go on with every run, send the notices',
    'abeyance watch\nabeyance watch last\nabeyance watch --until-done --lines >> watch.log',
  )
    .argument('[run...]', 'these runs alone, until they have ended: an id, a part of it, a key, or `last`')
    .option('--until-done', 'end when no run is open any more')
    .option('-f, --follow', 'stay when the named runs have ended')
    .option('--no-drive', 'show only, also where nobody drives')
    .option('--lines', 'print a line for each event, as where output is no terminal')
    .option('--json', 'print each event as one line of JSON')
    .action((names: readonly string[], words: WatchWords) =>
      cli.run((session) => watch(session, words, { names })),
    )
}

export interface WatchHow {
  readonly names?: readonly string[]
  /** Done as soon as the workspace is driven. */
  readonly first?: (workspace: Workspace) => Promise<void>
}

/** Drives the workspace, or where another process does looks on beside it, until it is interrupted or what is watched has ended. */
export async function watch(session: Session, words: WatchWords, how: WatchHow = {}): Promise<ExitCode> {
  const { driveExisting, readSettings } = await import('../drive.ts')
  const settings = await readSettings(session, { code: words.drive !== false })
  if (words.drive === false) return beside(session, settings, { words, how })
  // From the first moment on: what happened while nobody watched is found out while the workspace opens.
  const early: WorkspaceEvent[] = []
  let take = (event: WorkspaceEvent): void => void early.push(event)
  const onEvent = (event: WorkspaceEvent) => take(event)
  try {
    return await driveExisting(session, { ...settings, onEvent }, async (workspace) => {
      await how.first?.(workspace)
      const events = {
        hear(heard: (event: WorkspaceEvent) => void) {
          for (const event of early.splice(0)) heard(event)
          take = heard
          return () => (take = () => {})
        },
      }
      return show(session, workspace, { words, how, settings, events, drives: true })
    })
  } catch (error) {
    // Whoever holds it goes on with every run. One that cannot be seen may be gone: then nobody does.
    if (!isAbeyanceError(error, 'workspace-held') || error.details['seen'] === false || how.first) throw error
    const told = `process ${String(error.details['pid'])} drives the workspace; this one looks on`
    return beside(session, settings, { words, how, told })
  }
}

interface Beside {
  readonly words: WatchWords
  readonly how: WatchHow
  readonly told?: string
}

async function beside(session: Session, settings: OpenOptions, { told, ...rest }: Beside): Promise<ExitCode> {
  const { readOnly } = await import('../drive.ts')
  if (told !== undefined) session.tell(told)
  return readOnly(
    session,
    (view) => {
      const events = {
        hear(heard: (event: WorkspaceEvent) => void) {
          const hearing = view.events$.subscribe(heard)
          return () => hearing.unsubscribe()
        },
      }
      return show(session, view, { ...rest, settings, events, drives: false })
    },
    settings,
  )
}

interface Showing extends Beside {
  readonly settings: OpenOptions
  readonly drives: boolean
  readonly events: { hear(heard: (event: WorkspaceEvent) => void): () => void }
}

async function show(
  session: Session,
  view: Workspace | WorkspaceView,
  { words, how, settings, events, drives }: Showing,
): Promise<ExitCode> {
  const { watchedRuns } = await import('../watched-runs.ts')
  const { guardDisk } = await import('../guard-disk.ts')
  const runs = await watchedRuns(view, how.names ?? [])
  const ends = words.untilDone === true || (runs.named && words.follow !== true)
  const isLive = session.terminal && !words.lines && !words.json && !session.verbose
  const shown = isLive
    ? (await import('../live/watch-live.ts')).watchLive(session, view, { runs, settings, drives })
    : (await import('../watch-lines.ts')).watchLines(session, view, {
        runs,
        events,
        json: words.json === true,
      })
  try {
    const { interrupted } = session
    const over = ends ? runs.ended(interrupted) : untilAborted(interrupted)
    // Whoever watches waits for space as for all else; only who drives writes.
    const waited = drives ? guardDisk(session, over, { longest: Infinity }) : over
    const isEnded = await Promise.race([waited, shown.broken])
    await shown.close()
    if (!isEnded)
      session.tell(`interrupted: the watching ends, jobs go on; \`abeyance watch\` goes on watching`)
    return isEnded ? await runs.exitCode() : exitCodes.interrupted
  } finally {
    await shown.close()
  }
}

/** Always false, when it comes to that. */
function untilAborted(signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    // A listener alone keeps no process alive; a workspace that nothing happens in must.
    const alive = setInterval(() => {}, 3_600_000)
    signal.addEventListener('abort', () => {
      clearInterval(alive)
      resolve(false)
    })
  })
}
