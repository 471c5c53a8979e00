import { AbeyanceError } from '../core/error.ts'
import type { JobKey, ModulePath } from '../core/ids.ts'
import type { Surroundings, SuspensionRequest } from '../engine/surroundings.ts'
import type { JobFiles } from '../modules/module-type.ts'
import { isFile, type FileValue } from '../pipeline/value.ts'
import type { JobRecord } from '../records/job-record.ts'
import { readOutcomes, readOutput } from '../records/kept-run.ts'
import type { Outcome, OutputKey, OutputRecord } from '../records/outcome.ts'
import type { RunRecord } from '../records/run-record.ts'
import { fileValue } from '../signatures/file-values.ts'
import { given } from '../pipeline/pipeline.ts'
import { objectsOf } from './files.ts'
import type { Interior, Planning } from './interior.ts'
import { resolver } from './resolve-given.ts'
import { route } from './route.ts'

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
    output: (key) => knownOutput(interior, key),
    job: (key) => monitor.get(key),
    put: (entries) => store.put(entries),
    suspend: (request) => suspend(interior, run, request),
    again: (key) => newAttempt(interior, key),
    wait: (key, wait) => waits.hold(key, wait),
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

/** Outputs whose files are no longer kept are not known: their module runs again. */
export async function knownOutput(
  { store, objects }: Pick<Planning, 'store' | 'objects'>,
  key: OutputKey,
): Promise<OutputRecord | undefined> {
  const record = await readOutput(store, key)
  if (!record) return undefined
  for (const value of Object.values(record.outputs)) {
    for (const digest of await objectsOf(objects, value)) if (!(await objects.has(digest))) return undefined
  }
  return record
}

async function suspend(
  { monitor, routes, destinations }: Interior,
  run: RunRecord,
  request: SuspensionRequest,
): Promise<JobRecord> {
  const { type, module, settings } = request
  const { name } = route(routes, { type, module, settings }, run.destinations)
  const resources = { ...destinations.get(name)?.settings.resources, ...request.spec.resources }
  return monitor.start({
    key: request.key,
    signature: request.signature,
    name: settings.label === undefined ? request.name : request.name.replace(module, settings.label),
    destination: name,
    spec: { ...request.spec, resources },
    retry: settings.retry ?? [],
    log: settings.log ?? [],
  })
}

async function newAttempt({ monitor }: Interior, key: JobKey): Promise<JobRecord> {
  const answer = await monitor.retry(key, { by: 'a new run', anew: true })
  if (answer.kind !== 'may-still-run') return answer.job
  throw new AbeyanceError(
    'job-lost',
    `job ${key.slice(0, 12)} was lost and may still run (${answer.evidence.text}); \`abeyance retry ${key.slice(0, 12)} --abandon\` gives it up`,
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
