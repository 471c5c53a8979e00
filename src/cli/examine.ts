import { join } from 'node:path'
import { v7 } from 'uuid'
import { AbeyanceError } from '../core/error.ts'
import { remove, removeEmptyFolder } from '../core/system/files.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import { shellPath } from '../core/shell-path.ts'
import { local as localRunner } from '../runners/local.ts'
import { local as localTransport } from '../transports/local.ts'
import type { Destination, OpenOptions } from '../workspace/open-options.ts'
import { budgetOf } from '../workspace/budget-of.ts'
import { stateFolder } from '../workspace/state-folder.ts'
import { examineJob } from './examine-job.ts'
import { budgetWords, examineMachine } from './examine-machine.ts'
import { attempt, type Finding, type Note } from './finding.ts'
import type { Session } from './session.ts'

export interface Examination {
  /** This one alone; all of them without it. */
  readonly destination?: string | undefined
  /** Milliseconds to wait for the end of a small job. */
  readonly wait: number
  /** What abeyance.yaml says; read for each destination, whose way is closed at its end. */
  read(): Promise<OpenOptions>
  told(finding: Finding): void
}

/** Tries destinations for real, one after the other; nothing of it is left behind. */
export async function examine(session: Session, examination: Examination): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const destination of await namesOf(examination)) {
    const note: Note = (finding) => {
      findings.push({ destination, ...finding })
      examination.told({ destination, ...finding })
    }
    await examineOne(session, examination, destination, note)
  }
  return findings
}

async function namesOf({ destination, read }: Examination): Promise<readonly string[]> {
  const known = [...new Set(['local', ...Object.keys((await read()).destinations ?? {})])]
  if (destination === undefined) return known
  if (known.includes(destination)) return [destination]
  throw new AbeyanceError(
    'unknown-destination',
    `there is no destination \`${destination}\`${didYouMean(destination, known)}; there are ${known.join(', ')}`,
  )
}

async function examineOne(
  session: Session,
  { read, wait }: Examination,
  name: string,
  note: Note,
): Promise<void> {
  const { notices: _, ...settings } = await read()
  const { root, work } = stateFolder(session.folder)
  const place = join(root, `doctor-${v7()}`)
  const destination = settings.destinations?.[name] ?? here(work)
  const { transport, workFolder } = destination
  const folder = `${workFolder.replace(/\/+$/, '')}/.doctor-${v7()}`
  const signal = session.interrupted
  try {
    const good = await examineMachine(destination, folder, note, signal)
    const hosts = settings.hosts ?? (async () => stateFolder(session.folder).hosts)
    await attempt('its budget', note, async () => budgetWords(await budgetOf(destination, hosts, Date.now())))
    if (!good) return
    await attempt('a job from end to end', note, async () => {
      const { openWorkspace } = await import('../workspace/open-workspace.ts')
      const destinations = { ...settings.destinations, [name]: { ...destination, workFolder: folder } }
      const workspace = await openWorkspace(place, { ...settings, destinations })
      try {
        const steps = await examineJob(workspace, name, { wait, folder: workFolder, signal })
        await liftPause(session, name, settings)
        return steps
      } finally {
        await tidy(destination, folder) // before its way is closed
        await workspace.close()
      }
    })
  } finally {
    await tidy(destination, folder)
    await transport.close()
    await remove(place)
    for (const empty of [work, root]) await removeEmptyFolder(empty) // where there was no workspace before
  }
}

/** A job has shown itself: the workspace here, if there is one, submits to it again. */
async function liftPause(session: Session, name: string, settings: OpenOptions): Promise<void> {
  const { readWorkspace } = await import('../workspace/read-workspace.ts')
  const view = await readWorkspace(session.folder, settings).catch(() => undefined)
  if (!view) return
  try {
    const paused = (await view.standings()).get(name)?.paused
    if (paused) await view.liftPause(name)
  } finally {
    await view.close()
  }
}

/** A host that does not answer keeps its folder: its faults were told. */
async function tidy({ transport }: Destination, folder: string): Promise<void> {
  await transport.run(`rm -rf ${shellPath(folder)} </dev/null\n`, { deadline: 60_000 }).catch(() => {})
}

function here(workFolder: string): Destination {
  return { runner: localRunner(), transport: localTransport(), workFolder }
}
