import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { checkOutputs } from './check-outputs.ts'
import { didYouMean } from './nearest.ts'
import type { Module } from './pipeline.ts'
import type { DocumentPath, Report } from './problem.ts'
import { commandVariables, parseWord } from './word.ts'

export interface CommandInputs {
  readonly names: readonly string[]
  /** Those that are known to be lists when the command runs. */
  readonly lists: ReadonlySet<string>
}

/** What is wrong with the parameters of a `command` or `batch` module, which stand in its document as keys of its own. */
export function checkCommand(
  { type, parameters }: Pick<Module, 'type' | 'parameters'>,
  inputs: CommandInputs,
  path: DocumentPath,
  report: Report,
): void {
  if (type === 'batch') checkBatch(parameters, inputs, path, report)
  else checkForm(parameters, path, report)
  for (const key of ['command', 'arguments']) checkWords(parameters[key], inputs, [...path, key], report)
  checkScript(parameters, inputs, path, report)
  if (parameters.outputs !== undefined) checkOutputs(parameters.outputs, [...path, 'outputs'], report)
  checkTexts(parameters, path, report)
}

function checkForm(parameters: JsonObject, path: DocumentPath, report: Report): void {
  const { command, script } = parameters
  const wrong = (message: string, key: string, hint?: string) =>
    report({ code: 'wrong-shape', message, path: [...path, key], ...(hint !== undefined && { hint }) })
  if (command === undefined && script === undefined)
    return wrong('there is nothing to run', 'command', 'give it a `command:` or a `script:`')
  if (command !== undefined && script !== undefined)
    return wrong('it has both a `command` and a `script`', 'script', 'leave one of them out')
  if (command !== undefined && (!Array.isArray(command) || command.length === 0))
    wrong(
      '`command` must be a list of words',
      'command',
      'such as `[node, $tool, --verbose]`; a line for the shell is a `script:`',
    )
  if (script !== undefined && typeof script !== 'string') wrong('`script` must be a text', 'script')
  for (const key of ['arguments', 'shell'])
    if (command !== undefined && parameters[key] !== undefined)
      wrong(`\`${key}\` goes with a \`script\`, not with a \`command\``, key)
  const { shell } = parameters
  if (shell !== undefined && shell !== 'bash' && shell !== 'sh')
    wrong(
      `\`shell\` is \`bash\` or \`sh\`, not ${JSON.stringify(shell)}`,
      'shell',
      'begin the script with a line `#!/usr/bin/env python3` for others',
    )
}

/** A batch script is a text, or a file that is its input of that name. */
function checkBatch(
  { script, command, shell }: JsonObject,
  { names }: CommandInputs,
  path: DocumentPath,
  report: Report,
): void {
  const wrong = (message: string, key: string, hint?: string) =>
    report({ code: 'wrong-shape', message, path: [...path, key], ...(hint !== undefined && { hint }) })
  const hasFile = names.includes('script')
  if (script === undefined && !hasFile)
    wrong(
      'there is no batch script',
      'script',
      'give it as `script:`, or as a file under `inputs: { script: … }`',
    )
  if (script !== undefined && typeof script !== 'string') wrong('`script` must be a text', 'script')
  if (script !== undefined && hasFile)
    wrong('its script is given twice, as a text and as an input', 'script', 'leave one of them out')
  if (command !== undefined) wrong('a `batch` has a `script`, and no `command`', 'command')
  if (shell !== undefined)
    wrong('`shell` means nothing to a `batch`', 'shell', 'begin the script with a line such as `#!/bin/bash`')
}

function checkWords(
  words: Json | undefined,
  inputs: CommandInputs,
  path: DocumentPath,
  report: Report,
): void {
  if (words === undefined) return
  if (!Array.isArray(words)) {
    // Of `command` it has been said already.
    if (path.at(-1) === 'arguments')
      report({ code: 'wrong-shape', message: '`arguments` must be a list of words', path })
    return
  }
  words.forEach((word: Json, index) => {
    const at = [...path, index]
    if (Array.isArray(word)) word.forEach((part: Json) => checkWord(part, inputs, at, report, true))
    else checkWord(word, inputs, at, report, false)
  })
}

function checkWord(
  word: Json,
  inputs: CommandInputs,
  path: DocumentPath,
  report: Report,
  joined: boolean,
): void {
  if (typeof word !== 'string')
    return report({
      code: 'wrong-shape',
      message: `a word must be a text, not ${JSON.stringify(word)}`,
      path,
    })
  const pieces = parseWord(word)
  if (pieces === undefined)
    return report({
      code: 'unknown-reference',
      message: `the dollar sign in \`${word}\` names no input`,
      path,
      hint: 'write `$$` for a dollar sign, `$name` for an input; what a shell should expand goes into a `script:`',
    })
  for (const piece of pieces) {
    if (typeof piece === 'string') continue
    const { name } = piece
    if (!inputs.names.includes(name) && !commandVariables.some((known) => known === name))
      report({
        code: 'unknown-reference',
        message: `\`$${name}\` is no input of the module${didYouMean(name, [...inputs.names, ...commandVariables])}`,
        path,
        hint: `add it under \`inputs:\`, or write \`$$${name}\` for that text`,
      })
    else if (inputs.lists.has(name) && (joined || pieces.length > 1))
      report({
        code: 'list-in-word',
        message: `\`${name}\` is a list and stands inside the larger word \`${word}\``,
        path,
        hint: `a word that is only \`$${name}\` becomes one word for each element`,
      })
  }
}

function checkScript(
  { script, arguments: words }: JsonObject,
  inputs: CommandInputs,
  path: DocumentPath,
  report: Report,
): void {
  if (typeof script !== 'string') return
  const passed = Array.isArray(words) ? words : []
  for (const name of inputs.lists)
    if (!passed.includes(`$${name}`) && !passed.includes(`\${${name}}`))
      report({
        code: 'list-in-script',
        message: `\`${name}\` is a list, which no variable of a script can hold`,
        path: [...path, 'inputs', name],
        hint: `add \`arguments: [$${name}]\` and write \`"$@"\` in the script`,
      })
}

function checkTexts({ environment, container, load }: JsonObject, path: DocumentPath, report: Report): void {
  const wrong = (key: string, message: string) =>
    report({ code: 'wrong-shape', message, path: [...path, key] })
  if (environment !== undefined && !(isJsonObject(environment) && Object.values(environment).every(isText)))
    wrong('environment', '`environment` must be a mapping from variables to texts')
  else
    for (const name of Object.keys(environment ?? {}))
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        report({
          code: 'bad-name',
          message: `\`${name}\` cannot be a variable of the environment`,
          path: [...path, 'environment', name],
        })
  if (container !== undefined && typeof container !== 'string')
    wrong('container', '`container` must name an image')
  if (load !== undefined && !(Array.isArray(load) && load.every(isText)))
    wrong('load', '`load` must be a list of environment modules')
}

function isText(value: Json): boolean {
  return typeof value === 'string'
}
