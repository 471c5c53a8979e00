import type { ListedFile } from '../transports/transport.ts'
import type { Output } from './job-spec.ts'
import { matchPattern } from './match-pattern.ts'

/** What of the work folder a declared output is, in the order of names; or why it is missing. */
export interface FoundOutput {
  readonly files: readonly ListedFile[]
  readonly missing?: string
}

export function findOutput(output: Output, listed: readonly ListedFile[]): FoundOutput {
  switch (output.kind) {
    case 'stream':
      return { files: [] } // there whenever a job began
    case 'files':
      return findFiles(output.pattern, listed)
    case 'folder':
      return findFolder(output.path, listed)
    case 'file':
      return findFile(output.path, listed, output.optional)
    case 'text':
    case 'json':
      return findFile(output.path, listed, false)
  }
}

function findFiles(pattern: string, listed: readonly ListedFile[]): FoundOutput {
  const matches = matchPattern(pattern)
  const files = listed.filter(({ kind, path }) => (kind === 'file' || kind === 'link') && matches(path))
  if (files.length === 0) return { files, missing: `no file matches ${pattern}` }
  return { files: files.toSorted(byPath) }
}

function findFolder(given: string, listed: readonly ListedFile[]): FoundOutput {
  const path = plain(given)
  const inside = listed.filter((file) => path === '' || file.path.startsWith(`${path}/`))
  const folder = listed.find((file) => file.path === path)
  if (path !== '' && !folder) return { files: [], missing: `there is no folder ${path}` }
  if (folder && folder.kind !== 'folder') return { files: [], missing: `${path} is no folder` }
  const other = inside.find(({ kind }) => kind === 'other')
  if (other) return { files: [], missing: `${other.path} is neither file, folder nor link` }
  return { files: inside.toSorted(byPath) }
}

function findFile(given: string, listed: readonly ListedFile[], optional: boolean): FoundOutput {
  const path = plain(given)
  const file = listed.find((one) => one.path === path)
  if (!file) return optional ? { files: [] } : { files: [], missing: `there is no ${path}` }
  if (file.kind === 'folder') return { files: [], missing: `${path} is a folder; declare it as { folder: }` }
  if (file.kind === 'other') return { files: [], missing: `${path} is no file` }
  return { files: [file] }
}

/** `./plots/` and `plots` are the same. */
export function plain(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

function byPath(a: ListedFile, b: ListedFile): number {
  return a.path < b.path ? -1 : 1
}
