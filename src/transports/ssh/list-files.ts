import type { ListedFile } from '../transport.ts'
import type { FileChannel } from './file-channel.ts'
import { inOrder } from './in-flight.ts'

/** Folders that are asked for at once. */
const atOnce = 8

const kinds: Readonly<Record<string, ListedFile['kind'] | undefined>> = {
  '-': 'file',
  d: 'folder',
  l: 'link',
}

/** What is in a folder, or below it: the folders of a level are asked for side by side. */
export async function listFiles(
  channel: FileChannel,
  root: string,
  recursive: boolean,
  signal: AbortSignal,
): Promise<readonly ListedFile[]> {
  const found: ListedFile[] = []
  const list = async (folder: string) => {
    const entries = await channel.files((files) => files.list(folder === '' ? root : `${root}/${folder}`))
    return { folder, entries }
  }
  for (let level = ['']; level.length > 0 && !signal.aborted;) {
    const below: string[] = []
    await inOrder(
      level.map((folder) => () => list(folder)),
      atOnce,
      ({ folder, entries }) => {
        for (const { name, type, size } of entries) {
          const path = folder === '' ? name : `${folder}/${name}`
          const kind = kinds[type] ?? 'other'
          found.push({ path, kind, size })
          if (recursive && kind === 'folder') below.push(path)
        }
        return !signal.aborted
      },
    )
    level = below
  }
  return found
}
