import { resolve } from 'node:path'
import { isJsonObject, type Json } from '../../core/json.ts'
import { readText, statIfThere } from '../../core/system/files.ts'
import { readableJobs } from '../../monitor/kept-job.ts'
import { readOutcomes, readRuns } from '../../records/kept-run.ts'
import { readLowdbStore, type RecordReader } from '../../records/read-lowdb.ts'
import { stateFolder } from '../../workspace/state-folder.ts'
import { shortKey } from '../find-job.ts'
import { matchRuns } from '../find-run.ts'
import { showTime } from '../show-time.ts'
import type { Candidate, Known } from './candidates.ts'

/**
 * What the workspace in `folder` and documents beside it know. Whoever presses a key waits for it: records are read as they are on disk,
 * without all that a view of a workspace loads; nothing is written, and what cannot be read is not known.
 */
export function knownIn(folder: string): Known & { close(): Promise<void> } {
  const { records } = stateFolder(resolve(folder))
  let opening: Promise<RecordReader | undefined> | undefined
  const open = async () => ((await statIfThere(records)) ? readLowdbStore(records) : undefined)
  const reading = async <T>(find: (reader: RecordReader) => Promise<readonly T[]>): Promise<readonly T[]> => {
    const reader = await (opening ??= open())
    return reader ? find(reader) : []
  }
  const configured = async (what: string) =>
    keysOf((await document(resolve(folder, 'abeyance.yaml')).catch(() => undefined))?.[what])
  const modulesOfRun = (name: string) => reading((reader) => modulesOf(reader, name))
  return {
    runs: orNothing(() => reading(runsIn)),
    jobs: orNothing(async (word: string) => {
      const colon = word.indexOf(':')
      if (colon <= 0) return reading(jobsIn)
      const run = word.slice(0, colon)
      return (await modulesOfRun(run)).map(([path, kind]) => [`${run}:${path}`, kind])
    }),
    modulesOfRun: orNothing(modulesOfRun),
    modulesIn: orNothing(async (path: string) => keysOf((await document(path))['modules'])),
    inputsOf: orNothing(async (path: string) => keysOf((await document(path))['inputs'])),
    notifiers: orNothing(() => configured('notifiers')),
    destinations: orNothing(async () => {
      const names = await configured('destinations')
      return names.some(([name]) => name === 'local') ? names : [...names, ['local', 'this machine']]
    }),
    async close() {
      await (await opening?.catch(() => undefined))?.close()
    },
  }
}

async function runsIn(reader: RecordReader): Promise<readonly Candidate[]> {
  const runs = (await readRuns(reader)).toReversed()
  const all = runs.flatMap(({ id, key, name, state, startedAt }): readonly Candidate[] => {
    const said = `${name}, ${state}, ${showTime(startedAt)}`
    return [[id, said], ...(key === undefined ? [] : [[key, said] as const])]
  })
  const [newest] = runs
  return newest ? [['last', `the newest: ${newest.name}`], ...all] : all
}

async function jobsIn(reader: RecordReader): Promise<readonly Candidate[]> {
  const jobs: Candidate[] = []
  for await (const { key, name, state } of readableJobs(reader))
    jobs.push([shortKey(key), `${name}, ${state.kind}`])
  return jobs.length > 0 ? [['last:', 'a module of the newest run'], ...jobs] : []
}

async function modulesOf(reader: RecordReader, name: string): Promise<readonly Candidate[]> {
  const [run, ...others] = await matchRuns({ runs: () => readRuns(reader) }, name)
  if (run === undefined || others.length > 0) return []
  return [...(await readOutcomes(reader, run.id))].map(([path, { kind }]) => [path, kind])
}

/** Whoever presses a key wants no error: what cannot be found out is left out. */
function orNothing<Words extends readonly string[]>(
  find: (...words: Words) => Promise<readonly Candidate[]>,
): (...words: Words) => Promise<readonly Candidate[]> {
  return (...words) => find(...words).catch(() => [])
}

/** The top of a YAML or JSON file; whether it is a pipeline is for others to see. */
async function document(path: string): Promise<Readonly<Record<string, Json>>> {
  const { parse } = await import('yaml')
  const top: Json = parse(await readText(path))
  return isJsonObject(top) ? top : {}
}

function keysOf(value: Json | undefined): readonly Candidate[] {
  return isJsonObject(value) ? Object.keys(value).map((key) => [key, '']) : []
}
