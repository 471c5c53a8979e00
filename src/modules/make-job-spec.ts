import { AbeyanceError } from '../core/error.ts'
import { isJsonObject } from '../core/json.ts'
import type { Resources } from '../pipeline/settings.ts'
import type { CommandVariable } from '../pipeline/word.ts'
import { isFile, isFolder, type FileValue, type FolderValue, type Value } from '../pipeline/value.ts'
import type { JobSpec, Output, StagedInput, Word } from '../runners/job-spec.ts'

/** A job as its module declares it, before inputs have places: what is signed of it. */
export interface DeclaredJob {
  readonly run:
    | { readonly kind: 'command'; readonly words: readonly DeclaredWord[] }
    | {
        readonly kind: 'script'
        readonly script: string
        readonly shell: 'bash' | 'sh'
        readonly arguments: readonly DeclaredWord[]
      }
    | { readonly kind: 'batch'; readonly script: string; readonly arguments: readonly DeclaredWord[] }
  readonly outputs: Readonly<Record<string, Output>>
  readonly environment: Readonly<Record<string, string>>
  readonly load: readonly string[]
  readonly container?: string
}

/** One entry of a command: parts joined into one word, or one word for each element of a list. */
export type DeclaredWord =
  | { readonly kind: 'word'; readonly parts: readonly DeclaredPart[] }
  | { readonly kind: 'each'; readonly port: string }
export type DeclaredPart =
  | string
  | FileValue
  | FolderValue
  | { readonly kind: 'port'; readonly port: string }
  | { readonly kind: 'variable'; readonly variable: CommandVariable }

// Linux refuses an environment variable or word of 128 KiB; we stop before, with advice.
const longestWord = 100 * 1024

/** Gives every input its place in the attempt's folder and every word its parts: all that a runner needs, as data. */
export function makeJobSpec(
  job: DeclaredJob,
  inputs: Readonly<Record<string, Value>>,
  resources: Resources,
): JobSpec {
  const staged: StagedInput[] = []
  const places = new Map<string, Place>()
  for (const [port, value] of Object.entries(inputs)) places.set(port, placeOf(port, value, staged))
  const words = (declared: readonly DeclaredWord[]) =>
    declared.flatMap((word) => wordsOf(word, places, staged))
  return {
    run:
      job.run.kind === 'command'
        ? { kind: 'command', words: words(job.run.words) }
        : { ...job.run, arguments: words(job.run.arguments) },
    variables: variablesOf(places),
    staged,
    environment: job.environment,
    outputs: job.outputs,
    resources,
    load: job.load,
    ...(job.container !== undefined && { container: job.container }),
  }
}

/** What a port's value is to a command: one word, one word for each element, or none. */
type Place =
  | { readonly kind: 'one'; readonly word: Word }
  | { readonly kind: 'each'; readonly words: readonly Word[] }
  | { readonly kind: 'none' }

function placeOf(port: string, value: Value, staged: StagedInput[]): Place {
  if (value === null) return { kind: 'none' }
  if (!isList(value)) return { kind: 'one', word: wordOf(port, port, value, staged) }
  return {
    kind: 'each',
    words: value.map((element, index) => wordOf(port, `${port}/${index}`, element, staged)),
  }
}

function wordOf(port: string, folder: string, value: Value, staged: StagedInput[]): Word {
  if (typeof value === 'string') return [checked(port, value)]
  if (typeof value === 'number' || typeof value === 'boolean') return [JSON.stringify(value)]
  if (isFile(value) || isFolder(value)) return [stage(staged, { path: `${folder}/${value.name}`, value })]
  return [stage(staged, { path: `${folder}/${port}.json`, text: JSON.stringify(value) })]
}

function stage(staged: StagedInput[], input: StagedInput): { staged: string } {
  if (!staged.some((other) => other.path === input.path)) staged.push(input)
  return { staged: input.path }
}

function wordsOf(
  declared: DeclaredWord,
  places: ReadonlyMap<string, Place>,
  staged: StagedInput[],
): readonly Word[] {
  if (declared.kind === 'each') {
    const place = placeNamed(declared.port, places)
    return place.kind === 'each' ? place.words : place.kind === 'one' ? [place.word] : []
  }
  const word: Word[number][] = []
  for (const part of declared.parts) {
    if (typeof part === 'string') word.push(checked('a word', part))
    else if (part.kind === 'file' || part.kind === 'folder')
      word.push(stage(staged, { path: `_/${part.digest.slice(0, 16)}/${part.name}`, value: part }))
    else if (part.kind === 'variable') word.push({ variable: part.variable })
    else {
      const place = placeNamed(part.port, places)
      if (place.kind === 'each')
        throw new AbeyanceError(
          'invalid-value',
          `\`$${part.port}\` is a list and stands inside a larger word; make it a word of its own`,
        )
      if (place.kind === 'none') return []
      word.push(...place.word)
    }
  }
  return [word]
}

function placeNamed(port: string, places: ReadonlyMap<string, Place>): Place {
  const place = places.get(port)
  return place ?? { kind: 'none' }
}

/** A script finds each input under the name of its port; a list is no variable, it is given as arguments. */
function variablesOf(places: ReadonlyMap<string, Place>): Record<string, Word> {
  const variables: Record<string, Word> = {}
  for (const [port, place] of places) if (place.kind === 'one') variables[port] = place.word
  return variables
}

function checked(where: string, text: string): string {
  if (Buffer.byteLength(text) > longestWord) {
    throw new AbeyanceError(
      'invalid-value',
      `${where} holds a text of more than 100 KiB, which no command can be given; give it as a file`,
    )
  }
  if (text.includes('\0'))
    throw new AbeyanceError('invalid-value', `${where} holds a NUL byte, which no command can be given`)
  return text
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value) && !isJsonObject(value)
}
