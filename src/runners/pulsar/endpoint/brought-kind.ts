import type { Tag } from '../../../core/ids.ts'

/** How a file is taken that a machine brings. */
export interface BroughtKind {
  /** Bytes; more is refused. */
  readonly most: number
  /** Bytes; less is refused. */
  readonly least?: number
  /**
   * `once`: the first stays, since nobody changes it over there. `anew`: the last stays, which mends one that came damaged. `appended`: what comes
   * is added, as a server sends what was printed while a job runs.
   */
  readonly way: 'once' | 'anew' | 'appended'
  /** Whether what we are told to be here must outlive a power cut: the wrapper does not bring it twice. */
  readonly isKept: boolean
  /** What it must be, found by its name. */
  readonly digest?: string
}

const small = 64 * 1024
/** Of one output: 1 TiB. */
const largest = 2 ** 40
const note: BroughtKind = { most: small, least: 1, way: 'once', isKept: true }

const said: BroughtKind = { most: 2 ** 20, way: 'anew', isKept: true }

const kinds: readonly (readonly [RegExp, BroughtKind])[] = [
  [/^(claim\.\d+|run\.\d+\/(exit|gone))$/, note],
  [/^said$/, said],
  [/^run\.\d+\/beat$/, { most: small, least: 1, way: 'anew', isKept: false }],
  [/^run\.\d+\/live\/(job_)?(stdout|stderr)\.\d+$/, { most: 2 ** 20, least: 1, way: 'once', isKept: true }],
  [/^run\.\d+\/listing$/, { most: 256 * 2 ** 20, way: 'anew', isKept: true }],
  [/^run\.\d+\/out\/(stdout|stderr)$/, { most: largest, way: 'anew', isKept: true }],
  [/^(tool_stdout|tool_stderr)$/, { most: 64 * 2 ** 20, way: 'appended', isKept: false }],
]

/** What an attempt's machine may bring: files of the wrapper's own, under names that hold nothing of its user's; undefined for all else. */
export function broughtKind(tag: Tag, name: string): BroughtKind | undefined {
  if (!name.startsWith(`${tag}/`)) return undefined
  const within = name.slice(tag.length + 1)
  const [, digest] = /^run\.\d+\/out\/([0-9a-f]{64})$/.exec(within) ?? []
  if (digest !== undefined) return { most: largest, way: 'once', isKept: true, digest }
  return kinds.find(([pattern]) => pattern.test(within))?.[1]
}

/** Of an address's `path`: a server sends a stream that it watches itself under a path of its own making. */
export function nameOf(tag: Tag, path: string): string {
  const [, stream] = /(?:^|\/)(tool_std(?:out|err))$/.exec(path) ?? []
  return stream === undefined ? path.replace(/^\//, '') : `${tag}/${stream}`
}
