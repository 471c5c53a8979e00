import { readFile, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Source files by their path from the top of the tree, such as `src/core/clock.ts`, with their text. */
export type SourceTree = ReadonlyMap<string, string>

export async function sourceTree(top: string, folder: string): Promise<SourceTree> {
  const entries = await readdir(join(top, folder), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).toSorted()
  return new Map(
    await Promise.all(
      paths.map(
        async (path) => [relative(top, path).split(sep).join('/'), await readFile(path, 'utf8')] as const,
      ),
    ),
  )
}
