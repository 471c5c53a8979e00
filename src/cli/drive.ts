import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AbeyanceError, isAbeyanceError } from '../core/error.ts'
import type { Logger } from '../core/logger.ts'
import { statIfThere } from '../core/system/files.ts'
import type { OpenOptions } from '../workspace/open-options.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { Workspace, WorkspaceEvent, WorkspaceView } from '../workspace/workspace.ts'
import { makeLogger } from './make-logger.ts'
import type { Session } from './session.ts'

/** What abeyance.yaml says, or nothing where there is none; without `code`, what it names under `use:` is not loaded. */
export async function readSettings(
  session: Session,
  { code = true }: { readonly code?: boolean } = {},
): Promise<OpenOptions> {
  const path = join(session.folder, 'abeyance.yaml')
  if (!(await statIfThere(path))) return {}
  const { readConfiguration } = await import('../workspace/read-configuration.ts')
  return readConfiguration(path, {
    environment: session.environment,
    print: session.tell,
    ...(session.attended && { ask: session.ask }),
    ...(code && { importModule }),
  })
}

/** Opens the workspace to be driven, does the work and closes it; jobs go on. */
export async function drive<T>(
  session: Session,
  options: OpenOptions,
  act: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const { openWorkspace } = await import('../workspace/open-workspace.ts')
  const logger = await makeLogger(session)
  const { takeOver } = session
  const traces = await tracing(logger)
  const onEvent = (event: WorkspaceEvent) => {
    options.onEvent?.(event)
    traces?.hear(event)
  }
  const opening = openWorkspace(session.folder, { ...options, onEvent, logger, takeOver })
  const workspace = await opening.catch((error: unknown) => {
    throw isAbeyanceError(error, 'workspace-held') ? held(session, error) : error
  })
  traces?.follow(workspace)
  try {
    return await act(workspace)
  } finally {
    await traces?.close()
    await workspace.close()
  }
}

// Where the API of OpenTelemetry keeps what was registered with it, in whatever copy of it.
const registered = Symbol.for('opentelemetry.js.api.1')

/** Spans, where somebody registered a tracer in this process (`node --import`): nothing is loaded for anybody else. */
async function tracing(logger: Logger): Promise<Telemetry | undefined> {
  if (!Reflect.has(globalThis, registered)) return undefined
  const { telemetry } = await import('../telemetry/telemetry.ts')
  return telemetry({ logger })
}

/** The same where there is one already: going on where nothing ever began is a mistake in the folder. */
export async function driveExisting<T>(
  session: Session,
  options: OpenOptions,
  act: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const { assertWorkspace } = await import('../workspace/assert-workspace.ts')
  await assertWorkspace(session.folder)
  return drive(session, options, act)
}

/** Reads the workspace beside whoever drives it; what is to be changed is asked of the driver, or done at once. */
export async function readOnly<T>(
  session: Session,
  act: (view: WorkspaceView) => Promise<T>,
  settings: OpenOptions = {},
): Promise<T> {
  const { readWorkspace } = await import('../workspace/read-workspace.ts')
  const view = await readWorkspace(session.folder, { ...settings, takeOver: session.takeOver })
  try {
    return await act(view)
  } finally {
    await view.close()
  }
}

function importModule(place: string): Promise<object> {
  return import(place.startsWith('/') ? pathToFileURL(place).href : place)
}

function held(session: Session, error: AbeyanceError): AbeyanceError {
  const { pid, host, since, seen } = error.details
  const when = typeof since === 'number' ? ` since ${new Date(since).toISOString()}` : ''
  return new AbeyanceError(
    'workspace-held',
    `the workspace ${session.folder} is driven by process ${String(pid)} on ${String(host)}${when}, which ${
      seen === false
        ? 'ran in another container or on another host, and cannot be seen from here: if that is gone for good, add --take-over'
        : 'goes on with every open run by itself: let it, or end it (Ctrl+C there; jobs go on) and try again'
    }; runs, jobs, show, logs, cancel and retry work beside it`,
    { cause: error, details: error.details },
  )
}
