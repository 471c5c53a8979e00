import { posix } from 'node:path'
import { isAbeyanceError, messageOf } from '../core/error.ts'
import { parseJson } from '../core/json.ts'
import { makeFolder, readRange, remove } from '../core/system/files.ts'
import type { FileValue, FolderValue, Value } from '../pipeline/value.ts'
import { sha256 } from '../signatures/sha256.ts'
import { broughtDamaged, type BroughtFile } from '../staging/bring-files.ts'
import { keepFolderManifest, type FolderEntry } from '../staging/folder-manifest.ts'
import type { ListedFile, RequestOptions } from '../transports/transport.ts'
import { plain } from './find-output.ts'
import type { Output } from './job-spec.ts'
import type { FetchAnswer, RunnerContext } from './runner.ts'
import type { OwnStream } from './streams.ts'

export interface OutputSource {
  readonly context: RunnerContext
  /** The work folder of the incarnation. */
  readonly work: string
  readonly request: RequestOptions
  /** What was brought here already, by its path in the work folder. */
  readonly brought: ReadonlyMap<string, BroughtFile>
}

export type FetchedOutput =
  { readonly kind: 'value'; readonly value: Value } | Extract<FetchAnswer, { kind: 'refused' }>

/** A text or JSON output becomes a value in the records; more than this belongs in a file. */
export const largestText = 2 ** 20

/** Where a stream is, seen from the work folder. */
export const streamPath = (stream: OwnStream) => `../${stream}`

/** Brings one declared output home, whose files were found to be there. */
export async function fetchOutput(
  source: OutputSource,
  name: string,
  output: Output,
  files: readonly ListedFile[],
): Promise<FetchedOutput> {
  const [first] = files
  switch (output.kind) {
    case 'file':
      return { kind: 'value', value: first === undefined ? null : await fetchFile(source, first.path) }
    case 'stream': {
      const path = streamPath(output.stream)
      if (output.as === 'text') return readText(source, name, path)
      return { kind: 'value', value: await fetchFile(source, path) }
    }
    case 'files': {
      const values: FileValue[] = []
      for (const { path } of files) values.push(await fetchFile(source, path))
      return { kind: 'value', value: values }
    }
    case 'folder':
      return { kind: 'value', value: await fetchFolder(source, plain(output.path), files) }
    case 'text':
      return readText(source, name, plain(output.path))
    case 'json': {
      const text = await readText(source, name, plain(output.path))
      return text.kind === 'value' ? asJson(name, output.path, text.value) : text
    }
  }
}

async function fetchFile(source: OutputSource, path: string): Promise<FileValue> {
  const kept = await keep(source, path)
  return { kind: 'file', name: posix.basename(path), ...kept, at: { kind: 'workspace' } }
}

/** By way of a file beside the kept streams, so that no transport needs to know the store. */
async function keep({ context, work, request, brought }: OutputSource, path: string) {
  const here = brought.get(path)
  if (here) {
    const kept = await context.objects.keep(here.localPath, 'own')
    if (here.digest !== undefined && kept.digest !== here.digest) throw broughtDamaged(path)
    return kept
  }
  const temporary = `${context.logFolder}/incoming.${process.pid}.${++fetched}`
  await makeFolder(context.logFolder)
  try {
    await context.transport.fetch(`${work}/${path}`, temporary, request)
    return await context.objects.keep(temporary, 'own')
  } finally {
    await remove(temporary)
  }
}

let fetched = 0

/** Links inside a folder that lead to files are kept as those files: elsewhere they would lead to nothing. */
async function fetchFolder(
  source: OutputSource,
  folder: string,
  files: readonly ListedFile[],
): Promise<FolderValue> {
  const entries: FolderEntry[] = []
  for (const { path, kind } of files) {
    const inside = folder === '' ? path : path.slice(folder.length + 1)
    if (kind === 'folder') entries.push([inside, 'folder'])
    else entries.push([inside, 'file', (await keep(source, path)).digest])
  }
  const kept = await keepFolderManifest(source.context.objects, entries)
  const name = folder === '' ? 'work' : posix.basename(folder)
  return { kind: 'folder', name, ...kept, at: { kind: 'workspace' } }
}

type FetchedText =
  { readonly kind: 'value'; readonly value: string } | Extract<FetchAnswer, { kind: 'refused' }>

async function readText({ brought }: OutputSource, name: string, path: string): Promise<FetchedText> {
  const here = brought.get(path)
  const bytes = here && (await readRange(here.localPath, 0, largestText + 1))
  if (bytes === undefined || bytes.length > largestText)
    return {
      kind: 'refused',
      reason: 'output-too-large',
      message: `output ${name}: ${path} is larger than 1 MiB; declare it as a file`,
    }
  if (here?.digest !== undefined && sha256(bytes) !== here.digest) throw broughtDamaged(path)
  try {
    return { kind: 'value', value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return {
      kind: 'refused',
      reason: 'staging-out',
      message: `output ${name}: ${path} is not UTF-8 text; declare it as a file`,
    }
  }
}

function asJson(name: string, path: string, text: string): FetchedOutput {
  try {
    return { kind: 'value', value: parseJson(text) }
  } catch (error) {
    const why = isAbeyanceError(error) ? error.message : messageOf(error)
    return { kind: 'refused', reason: 'staging-out', message: `output ${name}: ${path} is not JSON: ${why}` }
  }
}
