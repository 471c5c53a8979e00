import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import type { Output } from '../runners/job-spec.ts'
import { declaredOutput } from './declared-output.ts'
import { declaredWord } from './declared-word.ts'
import type { DeclaredJob, DeclaredWord } from './make-job-spec.ts'

/** Reads the parameters of a `command` module, as its document holds them. */
export function declaredJob(parameters: JsonObject): DeclaredJob {
  return {
    run: run(parameters),
    ...declaredSurroundings(parameters),
  }
}

/** What is declared beside the words of a command or the text of a script. */
export function declaredSurroundings(parameters: JsonObject): Omit<DeclaredJob, 'run'> {
  const { container } = parameters
  return {
    outputs: declaredOutputs(parameters),
    environment: texts('environment', parameters['environment']),
    load: words('load', parameters['load'] ?? []),
    ...(typeof container === 'string' ? { container } : {}),
  }
}

export function declaredOutputs(parameters: JsonObject): Readonly<Record<string, Output>> {
  const { outputs = {} } = parameters
  if (!isJsonObject(outputs)) throw new AbeyanceError('invalid-value', '`outputs` must map names to paths')
  return Object.fromEntries(
    Object.entries(outputs).map(([name, declared]) => [name, declaredOutput(name, declared)]),
  )
}

function run(parameters: JsonObject): DeclaredJob['run'] {
  const { command, script, shell } = parameters
  if (typeof script === 'string') {
    const given = declaredArguments(parameters)
    return { kind: 'script', script, shell: shell === 'sh' ? 'sh' : 'bash', arguments: given }
  }
  const list = words('command', command ?? [])
  if (list.length === 0)
    throw new AbeyanceError('invalid-value', 'a command module needs `command` (a list of words) or `script`')
  return { kind: 'command', words: list.map(declaredWord) }
}

export function declaredArguments(parameters: JsonObject): readonly DeclaredWord[] {
  return words('arguments', parameters['arguments'] ?? []).map(declaredWord)
}

function words(name: string, value: Json): readonly string[] {
  if (!Array.isArray(value)) throw new AbeyanceError('invalid-value', `\`${name}\` must be a list of words`)
  return value.map((word: Json) => (typeof word === 'string' ? word : JSON.stringify(word)))
}

function texts(name: string, value: Json | undefined): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  if (!isJsonObject(value)) throw new AbeyanceError('invalid-value', `\`${name}\` must map names to texts`)
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => [key, typeof text === 'string' ? text : JSON.stringify(text)]),
  )
}
