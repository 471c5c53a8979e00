import { join } from 'node:path'
import { v7 } from 'uuid'
import { AbeyanceError, messageOf } from '../core/error.ts'
import { freeSpace } from '../core/system/free-space.ts'
import {
  link,
  makeFolder,
  readText,
  remove,
  removeEmptyFolder,
  rename,
  syncFile,
  write,
} from '../core/system/files.ts'
import { builtIn } from '../modules/built-in.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import { readDocumentOrThrow } from '../pipeline/read-document.ts'
import type { OpenOptions } from '../workspace/open-options.ts'
import { stateFolder } from '../workspace/state-folder.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Session } from './session.ts'
import { showSize } from './show-size.ts'

/** What `doctor` found out; in its JSON these keys stay. */
export interface Finding {
  readonly destination: string
  readonly check: string
  readonly ok: boolean
  readonly milliseconds: number
  readonly message?: string
}

type Told = (finding: Finding) => void

/** Tries destinations for real, one after the other; nothing of it is left behind. */
export async function examine(
  session: Session,
  settings: OpenOptions,
  named: string | undefined,
  told: Told,
): Promise<readonly Finding[]> {
  const known = new Set(['local', ...Object.keys(settings.destinations ?? {})])
  if (named !== undefined && !known.has(named))
    throw new AbeyanceError(
      'unknown-destination',
      `there is no destination \`${named}\`${didYouMean(named, known)}; there are ${[...known].join(', ')}`,
    )
  const findings: Finding[] = []
  const { root, work } = stateFolder(session.folder)
  const place = join(root, `doctor-${v7()}`)
  try {
    for (const destination of named === undefined ? known : [named]) {
      const note = (finding: Omit<Finding, 'destination'>) => {
        findings.push({ destination, ...finding })
        told({ destination, ...finding })
      }
      await examineFolder(settings.destinations?.[destination]?.workFolder ?? work, note)
      await examineJob(place, settings, destination, note)
    }
  } finally {
    await remove(place)
    for (const folder of [work, root]) await removeEmptyFolder(folder) // where there was no workspace before
  }
  return findings
}

type Note = (finding: Omit<Finding, 'destination'>) => void

async function attempt(
  check: string,
  note: Note,
  act: () => Promise<string | undefined | void>,
): Promise<boolean> {
  const from = performance.now()
  const time = () => Math.round(performance.now() - from)
  try {
    const message = await act()
    note({ check, ok: true, milliseconds: time(), ...(typeof message === 'string' && { message }) })
    return true
  } catch (error) {
    note({ check, ok: false, milliseconds: time(), message: messageOf(error) })
    return false
  }
}

async function examineFolder(workFolder: string, note: Note): Promise<void> {
  const folder = join(workFolder, `.doctor-${v7()}`)
  const [first, second, third] = ['first', 'second', 'third'].map((name) => join(folder, name))
  if (first === undefined || second === undefined || third === undefined) return
  try {
    const writable = await attempt(`${workFolder} can be written`, note, async () => {
      await makeFolder(folder)
      await write(first, 'doctor')
    })
    if (!writable) return
    await attempt('writing is durable (fsync)', note, () => syncFile(first))
    await attempt('rename', note, async () => {
      await rename(first, second)
      if ((await readText(second)) !== 'doctor')
        throw new AbeyanceError('workspace-damaged', 'what was written is not what is read')
    })
    await attempt('hard links', note, () => link(second, third))
    await attempt('room on the disk', note, async () => `${showSize(await freeSpace(folder))} free`)
  } finally {
    await remove(folder)
  }
}

const probe = (destination: string) => `abeyance: 1
name: doctor
modules:
  probe:
    script: echo ok > answer.txt
    outputs: { answer: { text: answer.txt } }
    destination: ${JSON.stringify(destination)}
outputs: { answer: $probe.answer }
`

/** A small job in a workspace of its own, and how long each step of it took. */
async function examineJob(
  place: string,
  settings: OpenOptions,
  destination: string,
  note: Note,
): Promise<void> {
  const { openWorkspace } = await import('../workspace/open-workspace.ts')
  const { notices: _, ...options } = settings
  await attempt('a job from end to end', note, async () => {
    const workspace = await openWorkspace(place, options)
    try {
      const catalog = new Map(builtIn.map(({ type, kind }) => [type, kind]))
      const run = await workspace.start(await readDocumentOrThrow(probe(destination), { catalog }))
      const ended = await run.ended({ signal: AbortSignal.timeout(600_000) })
      if (ended.kind !== 'done')
        throw ended.kind === 'failed'
          ? ended.failures[0].error
          : new AbeyanceError('job-cancelled', 'it was cancelled')
      return await stepsOf(workspace)
    } finally {
      for (const { key } of await workspace.jobs()) await workspace.discardJob(key).catch(() => {})
      await workspace.close()
    }
  })
}

async function stepsOf(workspace: Workspace): Promise<string> {
  const [job] = await workspace.jobs()
  const history = job === undefined ? [] : await workspace.history(job.key)
  return history
    .map(({ at, to }, index) => ({ to, span: (history[index + 1]?.at ?? at) - at }))
    .slice(0, -1)
    .map(({ to, span }) => `${to} ${span} ms`)
    .join(', ')
}
