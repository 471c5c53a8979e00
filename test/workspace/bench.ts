import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyModuleType } from '../../src/modules/module-type.ts'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import { readDocumentOrThrow } from '../../src/pipeline/read-document.ts'
import { eventually } from '../../src/testing/eventually.ts'
import { catalogOf } from '../../src/workspace/known-types.ts'
import type { OpenOptions } from '../../src/workspace/open-options.ts'
import { openWorkspace } from '../../src/workspace/open-workspace.ts'
import { readWorkspace } from '../../src/workspace/read-workspace.ts'
import type { Workspace, WorkspaceView } from '../../src/workspace/workspace.ts'
import { afterThisTest } from '../testing/closers.ts'

/** A folder with a workspace in it, and what was opened over it: all gone after the test. */
export interface Bench {
  /** The folder around the workspace: where documents' paths start. */
  readonly base: string
  readonly folder: string
  path(name: string): string
  write(name: string, text: string): Promise<void>
  /** The lines that jobs wrote to a file of the base. */
  lines(name: string): Promise<readonly string[]>
  /** Adds a line, as a job would. */
  say(name: string, line: string): Promise<void>
  open(more?: OpenOptions): Promise<Workspace>
  read(more?: OpenOptions): Promise<WorkspaceView>
}

/** A cadence for tests: the jobs of this machine end within milliseconds. */
export const quick = { quickest: 10, slowest: 40, wakeGap: 2 }
const often = { interval: '10ms' }

export async function bench(options: OpenOptions = {}): Promise<Bench> {
  const base = await mkdtemp(join(tmpdir(), 'abeyance-workspace-'))
  afterThisTest(() => rm(base, { recursive: true, force: true, maxRetries: 5 }))
  const folder = join(base, 'ws')
  const path = (name: string) => join(base, name)
  return {
    base,
    folder,
    path,
    write: (name, text) => writeFile(path(name), text),
    say: (name, line) => appendFile(path(name), `${line}\n`),
    async lines(name) {
      const text = await readFile(path(name), 'utf8').catch(() => '')
      return text.split('\n').filter((line) => line !== '')
    },
    async open(more = {}) {
      const workspace = await openWorkspace(folder, { monitor: quick, logs: often, ...options, ...more })
      afterThisTest(() => workspace.close())
      return workspace
    },
    async read(more = {}) {
      const view = await readWorkspace(folder, { monitor: quick, logs: often, ...options, ...more })
      afterThisTest(() => view.close())
      return view
    },
  }
}

/** A pipeline from its document. */
export function doc(text: string, modules: readonly AnyModuleType[] = []): Promise<Pipeline> {
  return readDocumentOrThrow(`abeyance: 1\n${text}`, { catalog: catalogOf({ modules }) })
}

/** A command that notes that it began, and ends when `NAME.go` is there; or when all is gone, since a closed workspace leaves its jobs running. */
export function held({ base }: Bench, name: string): string {
  const wait = `echo x >> ${base}/${name}.ran; while [ -d ${base} ] && [ ! -e ${base}/${name}.go ]; do sleep 0.02; done; echo ${name} > out`
  return `command: [sh, -c, ${JSON.stringify(wait)}]\n    outputs: { out: out }`
}

/** Lets a held command end. */
export const release = (on: Bench, name: string) => on.write(`${name}.go`, '')

export function until(what: string, ask: () => Promise<boolean>): Promise<true> {
  return eventually(what, 45_000, async () => ((await ask()) ? true : undefined))
}

/** Until the held command has begun. */
export const begun = (on: Bench, name: string) =>
  until(`${name} began`, async () => (await on.lines(`${name}.ran`)).length > 0)

/** A map is `done` with its outputs, everything else says why it is not. */
export function outputOf(end: { readonly kind: string }, name: string): unknown {
  if (!('outputs' in end)) throw new Error(`the run is ${end.kind}: ${JSON.stringify(end)}`)
  return Reflect.get(Object(end.outputs), name)
}

/** While `act` goes on, what `fails` picks meets a full disk. */
export async function failing<T>(
  fails: (operation: string, path: string) => boolean,
  act: () => Promise<T>,
): Promise<T> {
  // As the workspace loads it: what is loaded when it is first needed is another copy here, under mocha.
  const { intercept } = await import('../../src/core/system/effect.ts')
  intercept({
    before({ operation, on }) {
      if (fails(operation, on))
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    },
  })
  try {
    return await act()
  } finally {
    intercept(undefined)
  }
}
