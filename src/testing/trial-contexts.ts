import { basename } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { jobKey, signature } from '../core/ids.ts'
import { silent } from '../core/logger.ts'
import { readText, write } from '../core/system/files.ts'
import type { CollectContext, ComputeContext } from '../modules/module-type.ts'
import type { FileValue } from '../pipeline/value.ts'
import type { JobSpec } from '../runners/job-spec.ts'
import { openObjects } from '../staging/objects.ts'
import { newTag, trial } from './trial-job.ts'

/** What `compute` gets: files are read where they are, what it keeps goes into a folder of the suite's. */
export async function computeContext(folder: string): Promise<ComputeContext> {
  const objects = await openObjects(`${folder}/objects`)
  const path = async ({ at, digest, name }: FileValue) => {
    if (at.kind === 'path') return at.path
    if (at.kind === 'workspace') return objects.path(digest)
    throw new AbeyanceError(
      'unsupported',
      `${name} is on ${at.destination}; give the suite files of this machine`,
    )
  }
  return {
    signal: new AbortController().signal,
    logger: silent,
    files: {
      path,
      text: async (value) => readText(await path(value)),
      async folder({ at, name }) {
        if (at.kind === 'path') return at.path
        throw new AbeyanceError('unsupported', `the folder ${name} must be given to the suite by its path`)
      },
    },
    keep: (kept) => keepFile(folder, kept),
  }
}

/** A file of this machine as a value in the suite's own objects. */
export async function keepFile(folder: string, path: string): Promise<FileValue> {
  const { digest, size } = await (await openObjects(`${folder}/objects`)).keep(path, 'copy')
  return { kind: 'file', name: basename(path), size, digest, at: { kind: 'workspace' } }
}

interface Left {
  readonly left?: Readonly<Record<string, string>>
  readonly folder: string
}

/** What `collect` gets of a job that left these texts; `missing` is not there, `reading` hears of each that is asked for. */
export async function collectContext(
  spec: JobSpec = trial(':'),
  { left = {}, folder }: Left,
  { missing, reading }: { readonly missing?: string; reading?(output: string): void } = {},
): Promise<CollectContext> {
  const textOf = (output: string) => {
    reading?.(output)
    const text = left[output]
    if (text !== undefined && output !== missing) return text
    throw new AbeyanceError('missing-output', `the job left no ${output}; look at its streams`)
  }
  return {
    signal: new AbortController().signal,
    record: succeeded(spec),
    files: {
      value: textOf,
      text: async (output) => textOf(output),
      async path(output) {
        const path = `${folder}/${output}`
        await write(path, textOf(output))
        return path
      },
    },
  }
}

function succeeded(spec: JobSpec): CollectContext['record'] {
  const state = {
    kind: 'succeeded',
    since: 3,
    outputs: {},
    incarnation: 1,
    startedAt: 1,
    endedAt: 2,
  } as const
  return {
    key: jobKey('suite'),
    signature: signature('0'.repeat(64)),
    name: 'suite',
    destination: 'local',
    spec,
    retry: [],
    log: [],
    attempt: 1,
    tag: newTag(),
    state,
    earlier: [],
  }
}
