import type { Run, Workspace } from '../workspace/workspace.ts'
import { notNeeded, waitingForPlace } from './actor-words.ts'
import type { WorkFolderOf } from './disk-hint.ts'
import { line, progressTitle } from './progress-title.ts'
import { openScene, type Actor, type Scene } from './scene.ts'
import type { Session } from './session.ts'
import { tellFailure } from './tell-failure.ts'
import type { LimitsOf } from './waiting-for-place.ts'

/** Shows a run as it goes on, until `until` settles: redrawn in a terminal, one line for each change elsewhere. */
export async function showProgress<T>(session: Session, shown: ShownRun, until: Promise<T>): Promise<T> {
  return session.terminal ? drawn(shown, until) : written(session, shown, until)
}

export interface ShownRun {
  readonly workspace: Workspace
  readonly run: Run
  readonly modules: readonly string[]
  readonly limitsOf: LimitsOf
  readonly workFolderOf: WorkFolderOf
  /** Modules whose failure was told in full when it happened are added: once is enough. */
  readonly told: Set<string>
}

async function written<T>(session: Session, shown: ShownRun, until: Promise<T>): Promise<T> {
  const { workspace, told, workFolderOf } = shown
  const lines = new Map<string, string>()
  const telling: Promise<void>[] = []
  const scene = openScene(shown, (actor) => {
    const text = line(actor)
    if (passing.has(actor.word) || (ended.has(actor.word) && !actor.over)) return
    if (lines.get(actor.path) === text) return
    lines.set(actor.path, text)
    if (actor.word !== 'failed') return session.tell(text)
    told.add(actor.path)
    const failure = { module: actor.path, message: actor.line ?? '', job: actor.job }
    telling.push(tellFailure(session, workspace, failure, workFolderOf))
  })
  try {
    return await until
  } finally {
    scene.close()
    await Promise.all(telling)
  }
}

// A job that ends so is told by its module's outcome, right after it.
const ended = new Set(['failed', 'cancelled', 'lost'])
// What takes a moment, or does not concern this run: not worth a line that stays.
const passing = new Set(['submitting', 'fetching', 'collecting', notNeeded, 'waiting', waitingForPlace])

async function drawn<T>(shown: ShownRun, until: Promise<T>): Promise<T> {
  const { Listr } = await import('listr2')
  const news = new EventTarget()
  const drawing = new AbortController()
  const scene = openScene(shown, (actor) => news.dispatchEvent(new Event(topOf(actor))))
  const end = until.then(
    () => news.dispatchEvent(new Event('end')),
    () => news.dispatchEvent(new Event('end')),
  )
  const list = new Listr(
    shown.modules.map((id) => ({
      title: id,
      task: (_: unknown, task: Titled) =>
        new Promise<void>((resolve, reject) =>
          follow(id, { scene, news, task, drawing: drawing.signal }, resolve, reject),
        ),
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false, collapseErrors: false },
    },
  )
  await Promise.all([list.run().finally(() => drawing.abort()), end])
  scene.close()
  return until
}

interface Titled {
  title: string
  skip(message?: string): void
}

// A title that changes after the last drawing would have the whole list drawn once more below it: hence `drawing`.
function follow(
  id: string,
  { scene, news, task, drawing }: { scene: Scene; news: EventTarget; task: Titled; drawing: AbortSignal },
  resolve: () => void,
  reject: (error: Error) => void,
): void {
  const look = () => {
    const { text, over, failed, idle } = progressTitle(id, scene.actors.values())
    task.title = text
    if (!over) return
    if (idle) task.skip(text)
    if (failed) reject(new Error(text))
    else resolve()
  }
  const whileDrawing = { signal: drawing }
  news.addEventListener(id, look, whileDrawing)
  // A tick would say that it is done; what is left open is marked as passed over, with how it stands.
  const conclude = () => {
    look()
    task.skip(progressTitle(id, scene.actors.values()).text)
    resolve()
  }
  news.addEventListener('end', conclude, whileDrawing)
  look()
}

function topOf({ path }: Actor): string {
  return path.split(/[/[]/, 1)[0] ?? path
}
