import { Option, type Argument, type Command } from 'commander'
import type { WordPlace } from './place-of.ts'

/** What may be written in a place, with what it is. */
export type Candidate = readonly [text: string, description: string]

/** `files` and `folders`: the shell knows better. */
export type Candidates = readonly Candidate[] | 'files' | 'folders'

/** What is known of a workspace and of documents; each finds nothing rather than failing. */
export interface Known {
  runs(): Promise<readonly Candidate[]>
  /** Keys of jobs, and RUN:MODULE as far as the word goes. */
  jobs(word: string): Promise<readonly Candidate[]>
  modulesOfRun(run: string): Promise<readonly Candidate[]>
  modulesIn(document: string): Promise<readonly Candidate[]>
  inputsOf(document: string): Promise<readonly Candidate[]>
  destinations(): Promise<readonly Candidate[]>
  notifiers(): Promise<readonly Candidate[]>
}

/** All that may stand in a place, whatever was written of it by now. */
export async function candidatesFor(program: Command, place: WordPlace, known: Known): Promise<Candidates> {
  const { command, takes, mayBeOption, word } = place
  if (takes) {
    if (takes.argChoices) return takes.argChoices.map((choice) => [choice, ''])
    return (await completers[valueName(takes)]?.(place, known)) ?? []
  }
  if (mayBeOption && word.startsWith('-')) return optionsOf(command, program)
  return command === program ? commandsOf(program) : []
}

type Completer = (place: WordPlace, known: Known) => Promise<Candidates>

const runStates = ['open', 'done', 'failed', 'cancelled']
const jobStates =
  'submitting submit-unknown queued running held fetching succeeded failed cancelled lost'.split(' ')

// By the name that help shows for a value. `test/cli/complete.test.ts` fails where a command has one that is neither here nor below.
const completers: Readonly<Record<string, Completer>> = {
  file: () => Promise.resolve('files'),
  folder: () => Promise.resolve('folders'),
  run: (_, known) => known.runs(),
  job: async ({ word, command }, known) => [
    ...(await known.jobs(word)),
    ...(command.name() === 'logs' ? await known.runs() : []),
  ],
  'run-or-job': runsAndJobs,
  'job-or-run': runsAndJobs,
  destination: (_, known) => known.destinations(),
  notifier: (_, known) => known.notifiers(),
  module: ({ command, given: [first = ''] }, known) =>
    command.registeredArguments[0]?.name() === 'file' ? known.modulesIn(first) : known.modulesOfRun(first),
  'module=name': async ({ given: [document = ''], word }, known) => {
    const [module = '', name] = word.split('=', 2)
    if (name !== undefined)
      return (await known.destinations()).map(([text, said]) => [`${module}=${text}`, said])
    return followed(await known.modulesIn(document), '=')
  },
  'name=value': async ({ given: [document = ''] }, known) => followed(await known.inputsOf(document), '='),
  state: ({ command }) =>
    Promise.resolve((command.name() === 'runs' ? runStates : jobStates).map((state) => [state, ''])),
}

/** Values that only the user knows. */
export const freeValues: ReadonlySet<string> = new Set(
  'time bytes offset lines number key port address name text json message words'.split(' '),
)

/** Whether it is known how a value is completed, or that it is not. */
export function isKnown(value: string): boolean {
  return Object.hasOwn(completers, value) || freeValues.has(value)
}

/** `run` of `[run...]`, `module=name` of `--destination <module=name>`. */
export function valueName(takes: Argument | Option): string {
  return takes instanceof Option ? (/[<[]([^>\].]+)/.exec(takes.flags)?.[1] ?? '') : takes.name()
}

async function runsAndJobs({ word }: WordPlace, known: Known): Promise<Candidates> {
  return [...(await known.runs()), ...(await known.jobs(word))]
}

function followed(all: readonly Candidate[], by: string): readonly Candidate[] {
  return all.map(([text, said]) => [`${text}${by}`, said])
}

function commandsOf(program: Command): readonly Candidate[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => [command.name(), command.description()])
}

function optionsOf(command: Command, program: Command): readonly Candidate[] {
  const all = command === program ? program.options : [...command.options, ...program.options]
  return [...all.filter(({ hidden }) => !hidden), new Option('-h, --help', 'show help')].map((option) => [
    option.long ?? option.flags,
    option.description,
  ])
}
