import { AbeyanceError } from '../core/error.ts'
import type { ModulePath } from '../core/ids.ts'
import type { KnownJob, Surroundings, SuspensionRequest } from '../engine/surroundings.ts'
import type { JobFiles, Values } from '../modules/module-type.ts'
import type { JobMonitor, JobRequest } from '../monitor/job-monitor.ts'
import { logPace } from '../monitor/log-pace.ts'
import { isFile, type FileValue } from '../pipeline/value.ts'
import type { JobRecord } from '../records/job-record.ts'
import { readOutcomes, readOutput } from '../records/kept-run.ts'
import type { Outcome, OutputKey, OutputRecord } from '../records/outcome.ts'
import { isPinned } from '../records/pins.ts'
import type { RunRecord } from '../records/run-record.ts'
import { askedJob, fitJob } from '../runners/destination-defaults.ts'
import { pinnedIn } from '../staging/places.ts'
import { fileValue } from '../signatures/file-values.ts'
import { given } from '../pipeline/pipeline.ts'
import { objectsOf } from './files.ts'
import type { Interior, Planning } from './interior.ts'
import { resolver } from './resolve-given.ts'
import { route } from './route.ts'
import { addsOf, assertAsSigned } from './signed-additions.ts'

/** What the engine is handed for one run: the workspace, seen through the words that the engine knows. */
export async function surroundingsOf(
  interior: Interior,
  run: RunRecord,
  changed: (module: ModulePath, outcome: Outcome) => void,
): Promise<Surroundings> {
  const { store, monitor, waits, files, objects, clock } = interior
  return {
    run: run.id,
    types: interior.types,
    catalog: interior.catalog,
    before: await readOutcomes(store, run.id),
    logger: interior.logger,
    signal: interior.signal,
    resolve: resolver(run.files),
    addsOf: addsOf(interior.routes, run.destinations),
    output: (key) => knownOutput(interior, key),
    job: async (key) => knownJob(interior, await monitor.get(key)),
    put: (entries) => store.put(entries),
    suspend: (request) => monitor.start(jobRequest(interior, run, request)),
    again: (request, after) => newAttempt(monitor, jobRequest(interior, run, request), after),
    wait: (key, wait) => waits.hold(key, wait, run),
    isOver: (wait) => waits.isOver(wait),
    files,
    async keep(path) {
      const kept = await objects.keep(path, 'copy')
      return { kind: 'file', name: path.slice(path.lastIndexOf('/') + 1), ...kept, at: { kind: 'workspace' } }
    },
    fileAt: (path) => fileValue({ file: path, [given]: true }, { base: run.base, memo: interior.memo }),
    jobFiles: (job) => jobFiles(interior, job),
    changed,
    now: () => clock.now(),
  }
}

type Keeping = Pick<Planning, 'store' | 'objects'>

/** Outputs whose files are no longer kept are not known: their module runs again. */
export async function knownOutput(kept: Keeping, key: OutputKey): Promise<OutputRecord | undefined> {
  const record = await readOutput(kept.store, key)
  return record && (await areKept(kept, record.outputs)) ? record : undefined
}

/** A job, with word of it where files that it made are gone. What merely reads like a file, in JSON that it wrote, is none. */
export async function knownJob(kept: Keeping, job: JobRecord | undefined): Promise<KnownJob | undefined> {
  if (job?.state.kind !== 'succeeded') return job
  const { state, spec } = job
  const made = Object.entries(state.outputs).filter(([name]) => {
    const output = spec.outputs[name]
    if (output?.kind === 'stream') return output.as === 'file'
    return output?.kind === 'file' || output?.kind === 'files' || output?.kind === 'folder'
  })
  return (await areKept(kept, Object.fromEntries(made))) ? job : { ...job, isGone: true }
}

async function areKept({ store, objects }: Keeping, outputs: Values): Promise<boolean> {
  for (const value of Object.values(outputs)) {
    const away = new Map([...pinnedIn(value)].map((file) => [file.digest, file]))
    for (const digest of await objectsOf(objects, value)) {
      if (await objects.has(digest)) continue
      const file = away.get(digest)
      if (file === undefined || !(await isPinned(store, file))) return false
    }
  }
  return true
}

function jobRequest(
  { routes, destinations, catalog }: Interior,
  run: RunRecord,
  asking: SuspensionRequest,
): JobRequest {
  const { key, signature, type, module, settings, ...request } = asking
  const hasImage = request.spec.container !== undefined
  const destination = route(routes, { type, module, settings, hasImage }, run.destinations).name
  assertAsSigned({ routes, catalog }, asking, run.destinations)
  logPace(settings.logs) // what is no size is refused before the job starts
  const { retry = [] } = settings
  const asked = askedJob(request.spec, retry)
  return {
    key,
    signature,
    name: settings.label === undefined ? request.name : request.name.replace(module, settings.label),
    destination,
    ...fitJob(request.spec, asked, destinations.get(destination)?.settings ?? {}),
    log: settings.log ?? [],
    ...(settings.logs && { logs: settings.logs }),
  }
}

/** As this run asks for it now: spec, rules and destination are not signed, and may have changed since (rules S5, J5). */
async function newAttempt(monitor: JobMonitor, request: JobRequest, after: number): Promise<JobRecord> {
  const answer = await monitor.retry(request.key, { by: 'a new run', anew: true, after, request })
  if (answer.kind !== 'may-still-run') return answer.job
  const short = request.key.slice(0, 12)
  throw new AbeyanceError(
    'job-lost',
    `job ${short} was lost and may still run (${answer.evidence.text}); \`abeyance retry ${short} --abandon\` gives it up`,
  )
}

function jobFiles({ files }: Interior, job: JobRecord): JobFiles {
  const { state } = job
  const value = (output: string) => {
    const found = state.kind === 'succeeded' ? state.outputs[output] : undefined
    if (found === undefined)
      throw new AbeyanceError(
        'missing-output',
        `${job.name} has no output \`${output}\`; declare it under \`outputs\``,
      )
    return found
  }
  const file = (output: string): FileValue => {
    const found = value(output)
    if (isFile(found)) return found
    throw new AbeyanceError('invalid-value', `output \`${output}\` of ${job.name} is no file`)
  }
  return {
    value,
    path: async (output) => files.path(file(output)),
    async text(output) {
      const found = value(output)
      return typeof found === 'string' ? found : files.text(file(output))
    },
  }
}
