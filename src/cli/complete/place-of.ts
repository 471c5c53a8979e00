import type { Argument, Command, Option } from 'commander'

/** Where in a command line the word stands that is to be completed. */
export interface WordPlace {
  readonly command: Command
  /** What it is the value of; without either it is a command or nothing. */
  readonly takes?: Argument | Option
  /** What of the word is the value: all of it, or what follows `--input=`. */
  readonly word: string
  readonly before: string
  /** Words that are no options, from the command's name on. */
  readonly given: readonly string[]
  /** By the name of the option, as commander has it: the last one given. */
  readonly options: ReadonlyMap<string, string>
  /** Whether it may be the name of an option: none follows `--`. */
  readonly mayBeOption: boolean
}

/** Reads the words of a command line by commander's own tree, the last of them the one that is being written. */
export function placeOf(program: Command, words: readonly string[]): WordPlace {
  const last = words.at(-1) ?? ''
  const given: string[] = []
  const options = new Map<string, string>()
  let command = program
  let awaiting: Option | undefined
  let mayBeOption = true
  for (const word of words.slice(0, -1)) {
    const [name, value] = parts(word)
    const option = mayBeOption ? optionNamed(command, program, name) : undefined
    if (awaiting && !(awaiting.optional && option)) {
      options.set(awaiting.attributeName(), word)
      awaiting = undefined
    } else if (mayBeOption && word === '--') mayBeOption = false
    else if (option) {
      awaiting = takesValue(option) && value === undefined ? option : undefined
      if (value !== undefined) options.set(option.attributeName(), value)
    } else if (command === program) command = program.commands.find((one) => one.name() === word) ?? program
    else given.push(word)
  }
  const common = { command, given, options, mayBeOption }
  const [name, value] = parts(last)
  const own = mayBeOption && value !== undefined ? optionNamed(command, program, name) : undefined
  if (own && value !== undefined) return { ...common, takes: own, word: value, before: `${name}=` }
  const isOption = mayBeOption && last.startsWith('-')
  if (awaiting && !(awaiting.optional && isOption))
    return { ...common, takes: awaiting, word: last, before: '' }
  const argument = isOption ? undefined : argumentAt(command, given.length)
  return { ...common, word: last, before: '', ...(argument && { takes: argument }) }
}

/** `--input=x` in its parts; the value is not there where there is no `=`. */
function parts(word: string): readonly [string, string?] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)]
}

/** Options of the program may stand anywhere. */
function optionNamed(command: Command, program: Command, name: string): Option | undefined {
  return [...command.options, ...program.options].find(({ long, short }) => name === long || name === short)
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional
}

function argumentAt({ registeredArguments }: Command, place: number): Argument | undefined {
  const last = registeredArguments.at(-1)
  return registeredArguments[place] ?? (last?.variadic ? last : undefined)
}
