import { digest as asDigest, type Digest } from '../../core/ids.ts'
import { quote } from '../../core/quote.ts'
import type { ListedFile } from '../../transports/transport.ts'
import { plain } from '../find-output.ts'
import type { JobSpec, Output } from '../job-spec.ts'

/** Something in a work folder, as the machine itself described it when the command was over. */
export interface ListedOutput extends ListedFile {
  /** Of its content, where it has one that could be read. */
  readonly digest?: Digest
}

/** Shell lines for `list_outputs` of `watching.ts`: what declared outputs may be, and rather more than too little. */
export function listingText(outputs: JobSpec['outputs']): string {
  return [...new Set(Object.values(outputs).flatMap(linesFor))].join('\n')
}

function linesFor(output: Output): readonly string[] {
  switch (output.kind) {
    case 'stream':
      return []
    case 'file':
    case 'text':
    case 'json':
      return [`one ${quote(`./${plain(output.path)}`)}`]
    case 'folder':
      return [`below ${quote(`./${plain(output.path)}`)}`]
    case 'files':
      return [belowPattern(output.pattern)]
  }
}

/** All that is as deep as the pattern reaches, under the folders that it names outright. */
function belowPattern(pattern: string): string {
  const names = pattern.split('/').filter((name) => name !== '' && name !== '.')
  const first = names.findIndex((name) => /[*?[\]{}\\]/.test(name))
  const fixed = first < 0 ? names.length - 1 : first
  const folder = quote(`./${names.slice(0, fixed).join('/')}`)
  // A brace may hold folders of any number.
  const isDeep = names.some((name) => name === '**') || /[{}]/.test(pattern)
  return isDeep ? `below ${folder}` : `below ${folder} ${names.length - fixed}`
}

/** Undefined where it is not whole, or names what is not in the work folder. */
export function readListing(bytes: Uint8Array): readonly ListedOutput[] | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const found = new Map<string, ListedOutput>()
  const entries = text.split('\0')
  if (entries.pop() !== '') return undefined
  for (const entry of entries) {
    const [, kind, size, digest, given] =
      /^(file|folder|link|other) (\d+) ([0-9a-f]{64}|-) ([^]*)$/.exec(entry) ?? []
    if (!isKind(kind) || given === undefined || given.split('/').includes('..')) return undefined
    const path = plain(given)
    if (path === '') continue
    const known = digest === undefined || digest === '-' ? {} : { digest: asDigest(digest) }
    found.set(path, { path, kind, size: Number(size), ...known })
  }
  return [...found.values()]
}

function isKind(word: string | undefined): word is ListedFile['kind'] {
  return word === 'file' || word === 'folder' || word === 'link' || word === 'other'
}
