import { resolve } from 'node:path'
import { readText } from '../../core/system/files.ts'
import { isJsonObject, type Json } from '../../core/json.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { shortKey } from '../find-job.ts'
import { matchRuns } from '../find-run.ts'
import { showTime } from '../show-time.ts'
import type { Candidate, Known } from './candidates.ts'

/** What the workspace in `folder` and documents beside it know: read anew, nothing is written, and what cannot be read is not known. */
export function knownIn(folder: string): Known & { close(): Promise<void> } {
  let opening: Promise<WorkspaceView> | undefined
  const open = async () => {
    const { readWorkspace } = await import('../../workspace/read-workspace.ts')
    return readWorkspace(folder)
  }
  const view = () => (opening ??= open())
  const modulesOfRun = async (name: string): Promise<readonly Candidate[]> => {
    const [run, ...others] = await matchRuns(await view(), name)
    if (run === undefined || others.length > 0) return []
    const outcomes = await (await view()).outcomes(run.id)
    return Object.entries(outcomes).map(([path, { kind }]) => [path, kind])
  }
  return {
    runs: orNothing(async () => {
      const runs = (await (await view()).runs()).toReversed()
      const all = runs.flatMap(({ id, key, name, state, startedAt }) => {
        const said = `${name}, ${state}, ${showTime(startedAt)}`
        return [[id, said] as const, ...(key === undefined ? [] : [[key, said] as const])]
      })
      const [newest] = runs
      return newest ? [['last', `the newest: ${newest.name}`] as const, ...all] : all
    }),
    jobs: orNothing(async (word: string) => {
      const colon = word.indexOf(':')
      if (colon > 0) {
        const run = word.slice(0, colon)
        return (await modulesOfRun(run)).map(([path, kind]) => [`${run}:${path}`, kind])
      }
      const jobs = await (await view()).jobs()
      const keys = jobs.map(({ key, name, state }) => [shortKey(key), `${name}, ${state.kind}`] as const)
      return jobs.length > 0 ? [['last:', 'a module of the newest run'] as const, ...keys] : keys
    }),
    modulesOfRun: orNothing(modulesOfRun),
    modulesIn: orNothing(async (path: string) => keysOf((await document(path))['modules'])),
    inputsOf: orNothing(async (path: string) => keysOf((await document(path))['inputs'])),
    destinations: orNothing(async () => {
      const configured = await document(resolve(folder, 'abeyance.yaml')).catch(() => ({}))
      const names = keysOf('destinations' in configured ? configured.destinations : undefined)
      return names.some(([name]) => name === 'local') ? names : [...names, ['local', 'this machine']]
    }),
    async close() {
      await (await opening?.catch(() => undefined))?.close()
    },
  }
}

/** Whoever presses a key wants no error: what cannot be found out is left out. */
function orNothing<Words extends readonly string[]>(
  find: (...words: Words) => Promise<readonly Candidate[]>,
): (...words: Words) => Promise<readonly Candidate[]> {
  return (...words) => find(...words).catch(() => [])
}

/** The top of a YAML or JSON file; that it is a pipeline is for others to see. */
async function document(path: string): Promise<Readonly<Record<string, Json>>> {
  const { parse } = await import('yaml')
  const top: Json = parse(await readText(path))
  return isJsonObject(top) ? top : {}
}

function keysOf(value: Json | undefined): readonly Candidate[] {
  return isJsonObject(value) ? Object.keys(value).map((key) => [key, '']) : []
}
