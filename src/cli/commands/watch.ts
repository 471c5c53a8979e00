import type { Command } from 'commander'
import type { RunId } from '../../core/ids.ts'
import type { Workspace, WorkspaceEvent } from '../../workspace/workspace.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodeOf, exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'
import { showTime } from '../show-time.ts'
import { travelWords } from '../travel-words.ts'

interface WatchWords {
  readonly untilDone?: true
  readonly json?: true
}

export function watchCommand(cli: Cli): Command {
  return newCommand(
    'watch',
    'drive the workspace until interrupted: go on with every run, send the notices, print a line for each event',
    'abeyance watch --until-done',
  )
    .option('--until-done', 'end when no run is open any more')
    .option('--json', 'print each event as one line of JSON')
    .action((words: WatchWords) => cli.run((session) => watch(session, words)))
}

/** `first` is done as soon as the workspace is driven. */
export async function watch(
  session: Session,
  { untilDone, json }: WatchWords,
  first: (workspace: Workspace) => Promise<void> = async () => {},
): Promise<ExitCode> {
  const { driveExisting, readSettings } = await import('../drive.ts')
  const { guardDisk } = await import('../guard-disk.ts')
  const concerned = new Set<RunId>()
  // From the first moment on: what happened while nobody watched is found out while the workspace opens.
  const onEvent = (event: WorkspaceEvent) => {
    if (event.kind === 'run') concerned.add(event.run)
    if (json) session.print(JSON.stringify({ at: Date.now(), ...event }))
    else for (const line of lines(event)) session.print(`${showTime(Date.now())}  ${line}`)
  }
  return driveExisting(session, { ...(await readSettings(session)), onEvent }, async (workspace) => {
    for (const { id, state } of await workspace.runs()) if (state === 'open') concerned.add(id)
    await first(workspace)
    session.tell(`watching ${workspace.folder}; Ctrl+C ends the watching, jobs go on`)
    const signal = session.interrupted
    const watching = guardDisk(
      session,
      untilDone ? allEnded(workspace, signal) : interrupted(signal).then(() => true),
      {
        longest: Infinity, // whoever watches waits for space as for all else
      },
    )
    if ((await watching) === false) return exitCodes.interrupted
    const ended = (await workspace.runs()).filter(({ id }) => concerned.has(id))
    return exitCodeOf(ended.map(({ state }) => state))
  })
}

/** False when interrupted before. Runs that others start meanwhile, by a retry, are waited for too. */
async function allEnded(workspace: Workspace, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    const open = (await workspace.runs()).filter(({ state }) => state === 'open')
    if (open.length === 0) return true
    for (const { id } of open) {
      try {
        await (await workspace.run(id))?.ended({ signal })
      } catch (error) {
        if (signal.aborted) return false
        throw error
      }
    }
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    // A listener alone keeps no process alive; a workspace that nothing happens in must.
    const alive = setInterval(() => {}, 3_600_000)
    signal.addEventListener('abort', () => {
      clearInterval(alive)
      resolve()
    })
  })
}

function lines(event: WorkspaceEvent): readonly string[] {
  switch (event.kind) {
    case 'changed':
      return [
        `${event.job.name}: ${event.change.from} -> ${event.change.to} (${firstLine(event.change.evidence.text)})`,
      ]
    case 'discarded':
      return [`job ${event.key.slice(0, 12)}: discarded`]
    case 'unreachable':
      return [
        event.login
          ? `${event.destination}: asks for a login: abeyance login ${event.destination}`
          : `${event.destination}: does not answer (${event.why})`,
      ]
    case 'paused':
      return [`${event.destination}: paused, see abeyance doctor ${event.destination} (${event.why})`]
    case 'spared':
      return [`${event.destination}: not asked before ${showTime(event.until)} (${event.why})`]
    case 'unspared':
      return [`${event.destination}: its budget has room again`]
    case 'unpaused':
      return [`${event.destination}: is submitted to again`]
    case 'reachable':
      return [`${event.destination}: answers again`]
    case 'progress':
      return [`job ${event.key.slice(0, 12)}: ${Math.round(event.percent)} %`]
    case 'staging':
      return [`job ${event.key.slice(0, 12)}: ${travelWords(event)}`]
    case 'matched':
      return [`job ${event.key.slice(0, 12)}: its log says ${event.line}`]
    case 'run':
      return [`run ${event.run}: ${event.state}`]
    case 'outcome':
      return [
        `${event.module}: ${event.outcome.kind}${event.outcome.kind === 'failed' ? ` (${event.outcome.error.message})` : ''}`,
      ]
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
