import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asJob } from '../../src/monitor/kept-job.ts'
import { readOutcomes, readRuns } from '../../src/records/kept-run.ts'
import type { JobRecord } from '../../src/records/job-record.ts'
import { readLowdbStore } from '../../src/records/read-lowdb.ts'
import type { RunRecord } from '../../src/records/run-record.ts'
import { places } from './subject/orders.ts'

/** All that a run left behind: what the records say, and what was noted outside of them. */
export interface Traces {
  readonly runs: readonly RunRecord[]
  readonly jobs: readonly JobRecord[]
  /** Modules of the run whose outcome is durable. */
  readonly done: ReadonlySet<string>
  /** How often each module with code was computed. */
  readonly computed: ReadonlyMap<string, number>
  /** The tags under which each job's command was executed, by the job's name, one for each time. */
  readonly executed: ReadonlyMap<string, readonly string[]>
  /** What ran beside an earlier execution of the same job. */
  readonly overlaps: readonly string[]
  /** The incarnations that wrappers claimed, by tag. */
  readonly claims: ReadonlyMap<string, number>
  /** How often each notice was delivered, `ID EVENT`. */
  readonly notices: ReadonlyMap<string, number>
}

export async function readTraces(folder: string): Promise<Traces> {
  const records = await readRecords(join(folder, places.records))
  const names = await namesIn(join(folder, places.executed))
  const executed = new Map<string, readonly string[]>()
  const overlaps: string[] = []
  for (const name of names) {
    const lines = await linesOf(join(folder, places.executed, name))
    if (name.endsWith('.overlap')) overlaps.push(...lines)
    else
      executed.set(
        name,
        lines.map((line) => line.split(' ')[1] ?? ''),
      )
  }
  return {
    ...records,
    executed,
    overlaps,
    computed: countOf(await linesOf(join(folder, places.computed))),
    notices: countOf(await linesOf(join(folder, places.notices))),
    claims: await readClaims(join(folder, places.work)),
  }
}

async function readRecords(folder: string): Promise<Pick<Traces, 'runs' | 'jobs' | 'done'>> {
  if ((await namesIn(folder)).length === 0) return { runs: [], jobs: [], done: new Set() }
  const store = await readLowdbStore(folder)
  try {
    const runs = await readRuns(store)
    const jobs: JobRecord[] = []
    for await (const { key, value } of store.all('job')) jobs.push(asJob(key, value))
    const done = new Set<string>()
    for (const { id } of runs)
      for (const [path, { kind }] of await readOutcomes(store, id)) if (kind === 'done') done.add(path)
    return { runs, jobs, done }
  } finally {
    await store.close()
  }
}

async function readClaims(work: string): Promise<ReadonlyMap<string, number>> {
  const claims = new Map<string, number>()
  for (const workspace of await namesIn(work))
    for (const tag of await namesIn(join(work, workspace)))
      for (const name of await namesIn(join(work, workspace, tag))) {
        if (!name.startsWith('claim.')) continue
        const [owner] = (await linesOf(join(work, workspace, tag, name))).map((line) => line.split(',')[0])
        if (owner !== 'revoked') claims.set(tag, (claims.get(tag) ?? 0) + 1)
      }
  return claims
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}

async function linesOf(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}

function countOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}
