import type { Command } from 'commander'
import type { Workspace, WorkspaceEvent } from '../../workspace/workspace.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodeOf, exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'
import { showTime } from '../show-time.ts'

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

async function watch(session: Session, { untilDone, json }: WatchWords): Promise<ExitCode> {
  const { drive, readSettings } = await import('../drive.ts')
  return drive(session, await readSettings(session), async (workspace) => {
    const open = (await workspace.runs()).filter(({ state }) => state === 'open').map(({ id }) => id)
    const following = workspace.events$.subscribe((event) => {
      if (json) session.print(JSON.stringify({ at: Date.now(), ...event }))
      else for (const line of lines(event)) session.print(`${showTime(Date.now())}  ${line}`)
    })
    session.tell(`watching ${workspace.folder}; Ctrl+C ends the watching, jobs go on`)
    try {
      if (!untilDone) await interrupted(session.interrupted)
      else if (!(await allEnded(workspace, session.interrupted))) return exitCodes.interrupted
    } finally {
      following.unsubscribe()
    }
    const ended = (await workspace.runs()).filter(({ id }) => open.includes(id))
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
      return [`${event.destination}: does not answer (${event.why})`]
    case 'reachable':
      return [`${event.destination}: answers again`]
    case 'progress':
      return [`job ${event.key.slice(0, 12)}: ${Math.round(event.percent)} %`]
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
