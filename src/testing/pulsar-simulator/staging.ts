import { dirname, join } from 'node:path'
import { isJsonObject, parseJson, type Json } from '../../core/json.ts'
import { makeFolder, readBytes, readFolder, write } from '../../core/system/files.ts'
import type { FaultBox } from './faults.ts'

/** What a job was submitted with for its server to move by itself; undefined where that is no such thing. */
export interface RemoteStaging {
  readonly setup: readonly Fetched[]
  /** Where outputs go; without it, they stay. */
  readonly files?: string
  /** Of names in the folder for metadata, from their beginning on. */
  readonly outputs: readonly RegExp[]
  readonly metadata: string
}

type Fetched = { readonly name: string } & ({ readonly url: string } | { readonly contents: string })

/** As it stands in the query of a submission; a fault in it breaks the server, which answers with its page. */
export function readStaging(text: string): RemoteStaging | undefined {
  const json = parseJson(text)
  const setup = list(at(json, 'setup')).map(fetched)
  if (setup.some((one) => one === undefined)) return undefined
  const [mapper, outputs] = [at(json, 'action_mapper'), at(json, 'client_outputs')]
  const files = at(mapper, 'files_endpoint')
  if (mapper !== undefined && !isJsonObject(outputs ?? null)) return undefined
  const metadata = at(outputs, 'metadata_directory')
  return {
    setup: setup.flatMap((one) => one ?? []),
    ...(typeof files === 'string' && { files }),
    outputs: list(at(outputs, 'dynamic_outputs')).flatMap((one) =>
      typeof one === 'string' ? [new RegExp(`^(?:${one})`)] : [],
    ),
    metadata: typeof metadata === 'string' ? metadata : '/',
  }
}

function fetched(json: Json): Fetched | undefined {
  const [name, type, action] = [at(json, 'name'), at(json, 'type'), at(json, 'action')]
  if (typeof name !== 'string' || type !== 'metadata' || name.split('/').includes('..')) return undefined
  const [kind, url, contents] = [at(action, 'action_type'), at(action, 'url'), at(action, 'contents')]
  if (kind === 'message' && typeof contents === 'string') return { name, contents }
  return kind === 'remote_transfer' && typeof url === 'string' ? { name, url } : undefined
}

function at(json: Json | undefined, key: string): Json | undefined {
  return json !== undefined && isJsonObject(json) ? json[key] : undefined
}

function list(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : []
}

/** Fetches what a job needs. At the first answer that is not 200 it gives up. What comes cut off is taken for whole, as some servers do. */
export async function fetchAll(folder: string, { setup }: RemoteStaging, faults: FaultBox): Promise<boolean> {
  for (const one of setup) {
    const path = join(folder, 'metadata', one.name)
    await makeFolder(dirname(path))
    if ('contents' in one) await write(path, one.contents)
    else {
      const bytes = await get(one.url)
      if (bytes === undefined) return false
      await write(path, faults.strikes('cutsPull') ? bytes.subarray(0, bytes.length / 2) : bytes)
    }
  }
  return true
}

async function get(url: string): Promise<Uint8Array | undefined> {
  try {
    const answer = await fetch(url)
    return answer.status === 200 ? new Uint8Array(await answer.arrayBuffer()) : undefined
  } catch {
    return undefined // it broke off, which this one sees
  }
}

/** Posts what a job left, each file once: what is not taken is lost, and nobody is told. */
export async function postAll(folder: string, { files, outputs, metadata }: RemoteStaging): Promise<void> {
  if (files === undefined) return
  const names = await filesBelow(join(folder, 'metadata'))
  for (const name of names.filter((one) => outputs.some((output) => output.test(one)))) {
    const body = new FormData()
    body.set('file', new Blob([new Uint8Array(await readBytes(join(folder, 'metadata', name)))]), 'filename')
    const query = new URLSearchParams({ path: join(metadata, name), file_type: 'output_metadata' })
    const address = `${files}${files.includes('?') ? '&' : '?'}${query.toString()}`
    await fetch(address, { method: 'POST', body }).catch(() => undefined)
  }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const names: string[] = []
  for (const entry of await readFolder(folder))
    if (entry.isDirectory())
      names.push(...(await filesBelow(join(folder, entry.name))).map((name) => `${entry.name}/${name}`))
    else names.push(entry.name)
  return names
}
