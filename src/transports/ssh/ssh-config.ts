import type SSHConfig from 'ssh-config'
import type { Directive, Line, Section } from 'ssh-config'
import { join } from 'node:path'
import { AbeyanceError, messageOf } from '../../core/error.ts'
import { readFolder, readTextIfThere } from '../../core/system/files.ts'
import { globMatches } from './glob-matches.ts'

/** What ssh's configuration says of a host: keywords in lower case, each with its words; the first that spoke counts. */
export type HostWords = ReadonlyMap<string, readonly string[]>

export interface ConfigReading {
  /** In order of weight; those that are not there are passed over. */
  readonly files: readonly string[]
  /** The home folder that `~` stands for. */
  readonly home: string
}

/**
 * Reads ssh's configuration for a host as `ssh -G` would: `Host` and `Match` (but `Match exec`, which would run programs,
 * and names are not canonicalised), `Include` with patterns, also inside of a `Host`. Error: `invalid-configuration`.
 */
export async function readSshConfig(
  host: string,
  user: string | undefined,
  reading: ConfigReading,
): Promise<HostWords> {
  const { default: Config } = await import('ssh-config')
  const who = { Host: host, ...(user !== undefined && { User: user }) }
  const compute = (lines: SSHConfig) => lines.compute(who, { ignoreCase: true, matchExec: false })
  const configOf = (lines: readonly Line[]) => {
    const config = new Config()
    config.push(...lines)
    return config
  }
  const unfolded = new Config()

  async function take(file: string, depth: number): Promise<void> {
    if (depth > deepest) throw invalid(file, 'it is included by itself')
    const text = await readTextIfThere(file)
    if (text !== undefined) await unfold(parse(Config, text, file), file, depth)
  }

  async function unfold(lines: readonly Line[], file: string, depth: number): Promise<void> {
    for (const line of lines) {
      if (!isDirective(line)) continue
      if (isInclude(line)) await include(line, file, depth)
      else if (isSection(line)) await unfoldSection(line, file, depth)
      else if (!unheeded.has(line.param.toLowerCase())) unfolded.push(canonical(line))
    }
  }

  // A section is cut where it includes: what stands before, then the files where the section speaks of this host, then the rest.
  async function unfoldSection(section: Section, file: string, depth: number): Promise<void> {
    const sectionOf = (lines: readonly Line[]): Section => ({ ...section, config: configOf(lines) })
    let part: Line[] = []
    for (const line of section.config) {
      if (!isDirective(line) || unheeded.has(line.param.toLowerCase())) continue
      if (!isInclude(line)) {
        part.push(canonical(line))
        continue
      }
      unfolded.push(sectionOf(part))
      part = []
      const probe = configOf([...unfolded, sectionOf([{ ...line, param: mark }])])
      if (mark in compute(probe)) await include(line, file, depth)
    }
    unfolded.push(sectionOf(part))
  }

  async function include(line: Directive, file: string, depth: number): Promise<void> {
    for (const pattern of wordsOf(line.value))
      for (const found of await filesLike(includedPath(pattern, file, reading.home)))
        await take(found, depth + 1)
  }

  for (const file of reading.files) await take(file, 0)
  return new Map(Object.entries(compute(unfolded)).map(([word, value]) => [word, [value].flat()]))
}

const deepest = 16 // as OpenSSH has it
const mark = 'x-included'
/** What would start programs of its own while the configuration is read. */
const unheeded = new Set(['canonicalizehostname', 'canonicaldomains'])

function parse(Config: typeof SSHConfig, text: string, file: string): SSHConfig {
  try {
    return Config.parse(text)
  } catch (error) {
    throw invalid(file, messageOf(error), error)
  }
}

function invalid(file: string, why: string, cause?: unknown): AbeyanceError {
  const message = `${file} cannot be read as a configuration of ssh: ${why}; mend it, or name another file`
  return new AbeyanceError('invalid-configuration', message, { cause })
}

const isDirective = (line: Line): line is Directive | Section => 'param' in line && line.param !== ''
const isSection = (line: Directive | Section): line is Section => 'config' in line
const isInclude = (line: Directive) => line.param.toLowerCase() === 'include'

// The package heeds the case of these two where it keeps them for `Match`.
function canonical<T extends Directive>(line: T): T {
  const names: Readonly<Record<string, string>> = { hostname: 'HostName', user: 'User' }
  return { ...line, param: names[line.param.toLowerCase()] ?? line.param }
}

function wordsOf(value: Directive['value']): readonly string[] {
  return typeof value === 'string' ? [value] : value.map(({ val }) => val)
}

/** Relative paths start at the folder of ssh's configuration: the user's own, or the system's for a file of the system's. */
function includedPath(pattern: string, file: string, home: string): string {
  if (pattern.startsWith('~/')) return join(home, pattern.slice(2))
  if (pattern.startsWith('/')) return pattern
  return join(file.startsWith('/etc/') ? '/etc/ssh' : join(home, '.ssh'), pattern)
}

/** The paths that a pattern stands for, in order of their names; `*` does not match a leading dot. */
async function filesLike(pattern: string): Promise<readonly string[]> {
  if (!/[*?]/.test(pattern)) return [pattern]
  const [first = '', ...rest] = pattern.split('/')
  let found: readonly string[] = [first]
  for (const name of rest) {
    const next: string[] = []
    for (const folder of found) next.push(...(await namesLike(`${folder}/`, name)))
    found = next
  }
  return found
}

async function namesLike(folder: string, pattern: string): Promise<readonly string[]> {
  if (!/[*?]/.test(pattern)) return [folder + pattern]
  const entries = await readFolder(folder).catch(() => []) // a folder that is not there includes nothing
  const names = entries.map(({ name }) => name).filter((name) => globMatches(pattern, name))
  return names
    .filter((name) => pattern.startsWith('.') || !name.startsWith('.'))
    .toSorted()
    .map((name) => folder + name)
}
