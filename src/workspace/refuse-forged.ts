import { AbeyanceError } from '../core/error.ts'
import { given, type Given } from '../pipeline/pipeline.ts'
import { isFile, isFolder, type FileValue, type FolderValue } from '../pipeline/value.ts'
import { isPinned } from '../records/pins.ts'
import { isFar } from '../staging/places.ts'
import type { Planning } from './interior.ts'

/**
 * Values are JSON, and JSON may come from anywhere: a file or folder value in it, at any depth, must be one that this workspace
 * gave out and still keeps. So no text from the network names a path of this machine; a person names one by `file()`.
 */
export async function refuseForged(
  kept: Pick<Planning, 'store' | 'objects'>,
  input: string,
  what: Given,
): Promise<void> {
  const open: Given[] = [what]
  // It grows while it is walked; a list may be longer than a call has room for arguments.
  for (const next of open) {
    if (typeof next !== 'object' || next === null || given in next) continue
    if (!isFile(next) && !isFolder(next)) for (const one of Object.values(next)) open.push(one)
    else if (!isPlainName(next.name) || !(await isGivenOut(kept, next)))
      throw new AbeyanceError(
        'invalid-value',
        `input \`${input}\` holds a ${next.kind} value that this workspace did not give out, or keeps no more; name the ${next.kind} by its path, with ${next.kind}()`,
      )
  }
}

function isPlainName(name: unknown): boolean {
  return typeof name === 'string' && !['', '.', '..'].includes(name) && !/[/\0]/.test(name)
}

/** It is in the store, or stays on a machine. Its type is what it says of itself, so all of it is looked at. */
async function isGivenOut(
  { store, objects }: Pick<Planning, 'store' | 'objects'>,
  value: FileValue | FolderValue,
): Promise<boolean> {
  if (typeof value.digest !== 'string' || !/^[0-9a-f]{64}$/.test(value.digest)) return false
  if (value.at.kind === 'workspace') return objects.has(value.digest)
  return value.kind === 'file' && isFar(value) && value.at.pinned === true && isPinned(store, value)
}
