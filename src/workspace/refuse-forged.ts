import { AbeyanceError } from '../core/error.ts'
import { digest as asDigest } from '../core/ids.ts'
import { given, type Given } from '../pipeline/pipeline.ts'
import { isFile, isFolder } from '../pipeline/value.ts'
import type { ObjectStore } from '../staging/object-store.ts'

/**
 * Values are JSON, and JSON may come from anywhere: a file or folder value in it, at any depth, must be one that this workspace
 * gave out and still keeps. So no text from the network names a path of this machine; a person names one by `file()`.
 */
export async function refuseForged(objects: ObjectStore, input: string, what: Given): Promise<void> {
  const open: Given[] = [what]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null || given in next) continue
    if (!isFile(next) && !isFolder(next)) open.push(...Object.values(next))
    else if (!isPlainName(next.name) || !isHere(next.at) || !(await isKept(objects, next.digest)))
      throw new AbeyanceError(
        'invalid-value',
        `input \`${input}\` holds a ${next.kind} value that this workspace did not give out, or keeps no more; name the ${next.kind} by its path, with ${next.kind}()`,
      )
  }
}

function isPlainName(name: unknown): boolean {
  return typeof name === 'string' && !['', '.', '..'].includes(name) && !/[/\0]/.test(name)
}

function isHere(at: unknown): boolean {
  return typeof at === 'object' && at !== null && 'kind' in at && at.kind === 'workspace'
}

async function isKept(objects: ObjectStore, digest: unknown): Promise<boolean> {
  return typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest) && objects.has(asDigest(digest))
}
