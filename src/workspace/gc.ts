import { join } from 'node:path'
import type { Digest, JobKey } from '../core/ids.ts'
import { remove } from '../core/system/files.ts'
import { asJob } from '../monitor/kept-job.ts'
import { asKeptNotice } from '../monitor/kept-notice.ts'
import type { Value } from '../pipeline/value.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import { readOutcomes, readOutput, readRuns } from '../records/kept-run.ts'
import type { OutputKey } from '../records/outcome.ts'
import { keyOfReference, placeOf } from '../records/output-version.ts'
import { readPins, type Pin } from '../records/pins.ts'
import type { RecordId } from '../records/record-store.ts'
import type { RunRecord } from '../records/run-record.ts'
import { objectsOf } from './files.ts'
import type { Interior } from './interior.ts'
import { releasePins } from './release-pins.ts'
import type { RunRegistry } from './run-registry.ts'
import { wouldClean } from './would-clean.ts'
import type { GcAnswer } from './workspace.ts'

export interface GcOptions {
  readonly dryRun?: boolean
  /** Ended runs that are older than this, in milliseconds, go; with them what only they used, and notices as old that no notifier takes. */
  readonly olderThan?: number
}

/**
 * Removes what nothing needs any more (rule R12): old ended runs, outputs and jobs that no kept run uses, files that no
 * kept output names; then, on each destination, the folders that retention says so of, and those of jobs that went (rule J8). What an open run needs never goes: its records are read first, what it may take at this moment counts as
 * needed, and what is kept meanwhile stays.
 */
export async function collectGarbage(
  interior: Interior,
  driven: DrivenRuns,
  { dryRun = false, olderThan = Number.POSITIVE_INFINITY }: GcOptions,
): Promise<GcAnswer> {
  const { clock, objects } = interior
  const sweeper = objects.beginSweep()
  try {
    const runs = await readRuns(interior.store)
    const isOld = ({ state, endedAt }: RunRecord) =>
      state !== 'open' && endedAt !== undefined && clock.now() - endedAt > olderThan
    const kept = runs.filter((run) => !isOld(run))
    const isOldEnd = ({ since }: { readonly since: number }) => clock.now() - since > olderThan
    const waste = await findWaste(interior, kept, { ...(await needs(interior, kept, driven)), isOldEnd })
    const old = runs.filter(isOld)
    if (!dryRun) await sweep(interior, driven, { ...waste, old }, (digest) => sweeper.sweep(digest))
    const bytes = waste.unused.reduce((sum, { size }) => sum + size, 0)
    const { outputs, jobs, unused, pins } = waste
    const released = dryRun ? pins : await releasePins(interior, pins)
    const cleaned = dryRun ? await wouldClean(interior, jobs) : await interior.monitor.clean()
    return {
      runs: old.map(({ id }) => id),
      outputs: outputs.length,
      objects: unused.length,
      bytes,
      jobs,
      released,
      cleaned: cleaned.filter(({ removed, left }) => removed.length + left.length > 0),
    }
  } finally {
    sweeper.end()
  }
}

/** What gc must know of the runs that go on beside it. */
export type DrivenRuns = Pick<RunRegistry, 'signatures' | 'forget'>

interface Needs {
  readonly outputs: ReadonlySet<string>
  readonly jobs: ReadonlySet<string>
  readonly objects: ReadonlySet<Digest>
}

async function needs(interior: Interior, runs: readonly RunRecord[], driven: DrivenRuns): Promise<Needs> {
  const outputs = new Set<string>(driven.signatures())
  const jobs = new Set<string>(outputs)
  const objects = new Set<Digest>()
  for (const run of runs) {
    for (const value of [...Object.values(run.inputs), ...Object.values(run.files)])
      await addObjects(interior, value, objects)
    for (const outcome of (await readOutcomes(interior.store, run.id)).values()) {
      if (outcome.kind === 'done') for (const key of filedUnder(outcome.outputs)) outputs.add(key)
      if (outcome.kind === 'suspended' && outcome.on.kind === 'job') jobs.add(outcome.on.job)
      if (outcome.kind === 'failed' && outcome.job !== undefined) jobs.add(outcome.job)
    }
  }
  return { outputs, jobs, objects }
}

interface Age {
  isOldEnd(end: { readonly since: number }): boolean
}

/** Where the outputs that an outcome refers to may stand; with them what was made last, which tells one version from another. */
function filedUnder(reference: OutputKey): readonly OutputKey[] {
  const key = keyOfReference(reference)
  return reference === key ? [key, placeOf(key, {})] : [key, reference]
}

interface Waste {
  readonly outputs: readonly RecordId[]
  readonly waits: readonly RecordId[]
  /** Old ones for notifiers that are not there any more. */
  readonly notices: readonly RecordId[]
  readonly jobs: readonly JobKey[]
  readonly unused: readonly { readonly digest: Digest; readonly size: number }[]
  /** What stays on destinations and no kept record names. */
  readonly pins: readonly Pin[]
}

async function findWaste(interior: Interior, runs: readonly RunRecord[], kept: Needs & Age): Promise<Waste> {
  const { store, objects } = interior
  const outputs: RecordId[] = []
  const used = new Set<Digest>(kept.objects)
  for await (const { key } of store.all('output')) {
    if (!kept.outputs.has(key)) outputs.push({ kind: 'output', key })
    else for (const digest of await objectsOfOutput(interior, key)) used.add(digest)
  }
  const jobs: JobKey[] = []
  for await (const { key, value } of store.all('job')) {
    const job = asJob(key, value) // one that cannot be read may need anything: nothing is removed then
    const keeps = stoppedResults(job).length > 0 && !kept.isOldEnd(job.state)
    if (isFinal(job.state) && !keeps && !kept.jobs.has(job.key) && !kept.outputs.has(job.key)) {
      jobs.push(job.key)
      continue
    }
    const made = job.state.kind === 'succeeded' ? Object.values(job.state.outputs) : []
    const given = job.spec.staged.flatMap((input) => ('value' in input ? [input.value] : []))
    for (const value of [...made, ...given, ...stoppedResults(job)]) await addObjects(interior, value, used)
  }
  const ids = new Set<string>(runs.map(({ id }) => id))
  const waits: RecordId[] = []
  for await (const { key } of store.all('wait'))
    if (!ids.has(key.slice(0, key.indexOf('/')))) waits.push({ kind: 'wait', key })
  const notices: RecordId[] = []
  for await (const { key, value } of store.all('notice')) {
    const { to, notice } = asKeptNotice(value) ?? {}
    if (to !== undefined && notice && !interior.recipients.has(to) && kept.isOldEnd({ since: notice.at }))
      notices.push({ kind: 'notice', key })
  }
  const unused: { digest: Digest; size: number }[] = []
  for await (const object of objects.all()) if (!used.has(object.digest)) unused.push(object)
  const pins = (await readPins(store)).filter(({ digest }) => !used.has(digest))
  return { outputs, waits, notices, jobs, unused, pins }
}

/** What was kept of attempts that were stopped so: no run names it, and it stays as long as the record that does (rule J6). */
function stoppedResults({ state, earlier }: JobRecord): readonly Value[] {
  return [state, ...earlier.map((past) => past.state)].flatMap((end) =>
    end.kind === 'cancelled' ? Object.values(end.outputs ?? {}) : [],
  )
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

/** Records first, then files: killed in between, files are left over, and never a record that names a missing one. */
async function sweep(
  { store, monitor, state }: Interior,
  driven: DrivenRuns,
  { old, outputs, waits, notices, jobs, unused }: Waste & { readonly old: readonly RunRecord[] },
  removeObject: (digest: Digest) => Promise<void>,
): Promise<void> {
  for (const run of old) {
    const outcomes = [...(await readOutcomes(store, run.id)).keys()]
    await store.remove([
      { kind: 'run', key: run.id },
      ...outcomes.map((path): RecordId => ({ kind: 'outcome', key: `${run.id}/${path}` })),
    ])
    driven.forget(run.id)
  }
  // A run that began meanwhile may take what nothing needed before.
  const taken = driven.signatures()
  await store.remove([...outputs.filter(({ key }) => !taken.has(keyOfReference(key))), ...waits, ...notices])
  for (const key of jobs) if (!taken.has(key)) await monitor.discard(key, { folders: 'later' })
  for (const { digest } of unused) {
    await removeObject(digest)
    await remove(join(state.kept, digest)) // where it was a folder, as it was laid out to be read
  }
}
