import { join } from 'node:path/posix'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { isCommand } from './command-keys.ts'
import type { Pipeline } from './pipeline.ts'
import type { DocumentPath, PathProblem } from './problem.ts'

/** Words of commands that name a file beside the document: the job would not see it, since it is no input. */
export async function undeclaredFiles(
  pipeline: Pipeline,
  base: string,
  fileExists: ((path: string) => Promise<boolean>) | undefined,
): Promise<readonly PathProblem[]> {
  if (fileExists === undefined) return []
  const problems: PathProblem[] = []
  for (const { word, at } of candidates(pipeline, []))
    if (await fileExists(join(base, word))) problems.push(problemOf(word, at))
  return problems
}

interface Candidate {
  readonly word: string
  readonly at: DocumentPath
}

function candidates(pipeline: Pipeline, around: DocumentPath): readonly Candidate[] {
  return pipeline.modules.flatMap((module) => {
    const at = [...around, 'modules', module.id]
    if (!isCommand(module.type)) return []
    return ['command', 'arguments'].flatMap((key) => wordsOf(module.parameters, key, [...at, key]))
  })
}

function wordsOf(parameters: JsonObject, key: string, at: DocumentPath): readonly Candidate[] {
  const words = parameters[key]
  if (!Array.isArray(words)) return []
  const outputs = isJsonObject(parameters.outputs) ? Object.values(parameters.outputs).map(placeOf) : []
  return words.flatMap((word: Json, index) => {
    if (typeof word !== 'string' || !/^[^-/~$][^$]*$/.test(word) || outputs.includes(word)) return []
    // A program is looked for in PATH unless it has a slash.
    if (key === 'command' && index === 0 && !word.includes('/')) return []
    return [{ word, at: [...at, index] }]
  })
}

function placeOf(output: Json): string | undefined {
  if (typeof output === 'string') return output
  const place = isJsonObject(output)
    ? Object.values(output).find((value) => typeof value === 'string')
    : undefined
  return typeof place === 'string' ? place : undefined
}

function problemOf(word: string, path: DocumentPath): PathProblem {
  const port = portFor(word)
  return {
    code: 'undeclared-file',
    message: `\`${word}\` lies beside the document and is no input, so the job would not see it`,
    path,
    hint: `add \`inputs: { ${port}: { file: ${word} } }\` and write \`$${port}\` here`,
  }
}

function portFor(word: string): string {
  const name = (word.split('/').at(-1) ?? '').split('.')[0] ?? ''
  const letters = name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^[^A-Za-z]+/, '')
  return letters === '' ? 'file' : letters.slice(0, 1).toLowerCase() + letters.slice(1)
}
