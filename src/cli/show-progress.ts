import type { Run, Workspace } from '../workspace/workspace.ts'
import { line, progressTitle } from './progress-title.ts'
import { openScene, type Actor, type Scene } from './scene.ts'
import type { Session } from './session.ts'

/** Shows a run as it goes on, until `until` settles: redrawn in a terminal, one line for each change elsewhere. */
export async function showProgress<T>(
  session: Session,
  { workspace, run, modules }: { workspace: Workspace; run: Run; modules: readonly string[] },
  until: Promise<T>,
): Promise<T> {
  return session.terminal ? drawn(workspace, run, modules, until) : written(session, workspace, run, until)
}

async function written<T>(session: Session, workspace: Workspace, run: Run, until: Promise<T>): Promise<T> {
  const told = new Map<string, string>()
  const scene = openScene(workspace, run, (actor) => {
    const text = line(actor)
    if (passing.has(actor.word) || told.get(actor.path) === text) return
    told.set(actor.path, text)
    session.tell(text)
  })
  return until.finally(() => scene.close())
}

// What takes a moment, or does not concern this run: not worth a line that stays.
const passing = new Set(['submitting', 'fetching', 'collecting', 'unneeded', 'waiting'])

async function drawn<T>(
  workspace: Workspace,
  run: Run,
  modules: readonly string[],
  until: Promise<T>,
): Promise<T> {
  const { Listr } = await import('listr2')
  const news = new EventTarget()
  const drawing = new AbortController()
  const scene = openScene(workspace, run, (actor) => news.dispatchEvent(new Event(topOf(actor))))
  const end = until.then(
    () => news.dispatchEvent(new Event('end')),
    () => news.dispatchEvent(new Event('end')),
  )
  const list = new Listr(
    modules.map((id) => ({
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
