import type { Digest, JobKey } from '../core/ids.ts'
import { statIfThere } from '../core/system/files.ts'
import type { Value } from '../pipeline/value.ts'
import { isFinal } from '../records/job-state.ts'
import { readOutcomes, readOutput, readRuns } from '../records/kept-run.ts'
import type { RecordId } from '../records/record-store.ts'
import type { RunRecord } from '../records/run-record.ts'
import { objectsOf } from './files.ts'
import type { Interior } from './interior.ts'
import type { GcAnswer } from './workspace.ts'

export interface GcOptions {
  readonly dryRun?: boolean
  /** Ended runs that are older than this, in milliseconds, go; with them what only they used. */
  readonly olderThan?: number
}

/**
 * Removes what nothing needs any more (rule R12): old ended runs, outputs and jobs that no kept run uses, files that no
 * kept output names. What an open run needs never goes: its records are read first, and what cannot be read keeps everything.
 */
export async function collectGarbage(
  interior: Interior,
  { dryRun = false, olderThan = Number.POSITIVE_INFINITY }: GcOptions,
): Promise<GcAnswer> {
  const { store, clock, monitor, objects } = interior
  const runs = await readRuns(store)
  const isOld = (run: RunRecord) =>
    run.endedAt !== undefined && run.state !== 'open' && clock.now() - run.endedAt > olderThan
  const old = runs.filter(isOld)
  const kept = await needs(
    interior,
    runs.filter((run) => !isOld(run)),
  )

  const outputs: RecordId[] = []
  const keptObjects = new Set<Digest>(kept.objects)
  for await (const { key } of store.all('output')) {
    if (!kept.outputs.has(key)) outputs.push({ kind: 'output', key })
    else for (const digest of await objectsOfOutput(interior, key)) keptObjects.add(digest)
  }
  const jobs: JobKey[] = []
  for await (const job of monitor.all()) {
    if (isFinal(job.state) && !kept.jobs.has(job.key) && !kept.outputs.has(job.key)) jobs.push(job.key)
    else if (job.state.kind === 'succeeded')
      for (const value of Object.values(job.state.outputs)) await addObjects(interior, value, keptObjects)
  }
  let bytes = 0
  const unused: Digest[] = []
  for await (const { digest, size } of objects.all()) {
    if (keptObjects.has(digest)) continue
    unused.push(digest)
    bytes += size
  }
  if (!dryRun) await sweep(interior, { old, outputs, jobs, unused })
  return { runs: old.map(({ id }) => id), outputs: outputs.length, objects: unused.length, bytes, jobs }
}

interface Needs {
  readonly outputs: ReadonlySet<string>
  readonly jobs: ReadonlySet<string>
  readonly objects: ReadonlySet<Digest>
}

async function needs(interior: Interior, runs: readonly RunRecord[]): Promise<Needs> {
  const outputs = new Set<string>()
  const jobs = new Set<string>()
  const objects = new Set<Digest>()
  for (const run of runs) {
    for (const value of [...Object.values(run.inputs), ...Object.values(run.files)])
      await addObjects(interior, value, objects)
    for (const outcome of (await readOutcomes(interior.store, run.id)).values()) {
      if (outcome.kind === 'done') outputs.add(outcome.outputs)
      if (outcome.kind === 'suspended' && outcome.on.kind === 'job') jobs.add(outcome.on.job)
      if (outcome.kind === 'failed' && outcome.job !== undefined) jobs.add(outcome.job)
    }
  }
  return { outputs, jobs, objects }
}

async function objectsOfOutput({ store, objects }: Interior, key: string): Promise<readonly Digest[]> {
  const record = await readOutput(store, key)
  const all = await Promise.all(
    Object.values(record?.outputs ?? {}).map((value) => objectsOf(objects, value)),
  )
  return all.flat()
}

async function addObjects({ objects }: Interior, value: Value, into: Set<Digest>): Promise<void> {
  for (const digest of await objectsOf(objects, value)) into.add(digest)
}

interface Waste {
  readonly old: readonly RunRecord[]
  readonly outputs: readonly RecordId[]
  readonly jobs: readonly JobKey[]
  readonly unused: readonly Digest[]
}

/** Records first, then files: killed in between, files are left over, and never a record that names a missing one. */
async function sweep(
  { store, monitor, objects }: Interior,
  { old, outputs, jobs, unused }: Waste,
): Promise<void> {
  for (const run of old) {
    const outcomes = [...(await readOutcomes(store, run.id)).keys()]
    await store.remove([
      { kind: 'run', key: run.id },
      ...outcomes.map((path): RecordId => ({ kind: 'outcome', key: `${run.id}/${path}` })),
    ])
  }
  await store.remove(outputs)
  for (const key of jobs) await monitor.discard(key)
  for (const digest of unused) if (await statIfThere(objects.path(digest))) await objects.remove(digest)
}
